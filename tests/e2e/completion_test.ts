import { assertEquals, assertStringIncludes } from "@std/assert";
import { testNeeding } from "../test_needing.ts";
import { Tsm } from "./harness.ts";
import { Terminal } from "./terminal.ts";

interface Shell {
  readonly command: readonly string[];
  /** Reads the script, which is `_tsm` in the working directory. */
  readonly load: string;
}

/** How a shell is begun without anybody's settings, and takes the script. */
const SHELLS: Readonly<Record<string, Shell>> = {
  bash: { command: ["bash", "--norc", "--noprofile"], load: "source ./_tsm" },
  zsh: {
    command: ["zsh", "-f"],
    load: "autoload -U compinit && compinit -D -u && source ./_tsm",
  },
  "zsh, from a directory of $fpath": {
    command: ["zsh", "-f"],
    load: "fpath=($PWD $fpath); autoload -U compinit && compinit -D -u",
  },
  fish: { command: ["fish", "--no-config"], load: "source ./_tsm" },
};

/** What is typed before Tab, and what it becomes. */
const TYPED: readonly (readonly [string, string])[] = [
  ["tsm desc", "tsm describe"],
  ["tsm --root elsewhere descr", "tsm --root elsewhere describe"],
  ["tsm restart mya", "tsm restart myapp-3000"],
  ["tsm restart myapp-3000 wor", "tsm restart myapp-3000 worker"],
  ["tsm show wo", "tsm show worker"],
  ["tsm signal SIGHUP wo", "tsm signal SIGHUP worker"],
  ["tsm logs --no-fo", "tsm logs --no-follow"],
  ["tsm logs --lines 3 myap", "tsm logs --lines 3 myapp-3000"],
  ["tsm start x --autorestart on-", "tsm start x --autorestart on-failure"],
  ["tsm start x --autorestart=nev", "tsm start x --autorestart=never"],
  ["tsm start x --cwd subd", "tsm start x --cwd subdirectory/"],
  ["tsm stop --root other the", "tsm stop --root other there"],
  ["tsm startup syst", "tsm startup systemd"],
];

for (const [title, { command, load }] of Object.entries(SHELLS)) {
  const shell = command[0]!;
  testNeeding(
    [shell, "tmux"],
    `${title} completes commands, flags, values and names of processes`,
    async () => {
      await using tsm = new Tsm();
      // Directories are all it takes: the scripts read no file.
      for (const name of ["myapp-3000", "worker"]) {
        Deno.mkdirSync(tsm.path("runtime/processes", name), { recursive: true });
      }
      Deno.mkdirSync(`${tsm.work}/other/runtime/processes/there`, { recursive: true });
      Deno.mkdirSync(`${tsm.work}/subdirectory`);
      tsm.write("_tsm", await tsm.ok("completion", shell));
      await using terminal = await Terminal.open(command, {
        cwd: tsm.work,
        env: { TSM_ROOT: tsm.root, HOME: tsm.work },
      });
      await terminal.enter(`${load}; echo loa''ded`);
      await terminal.shows(/^loaded$/m);
      for (const [typed, completed] of TYPED) {
        await terminal.type(typed);
        await terminal.press("Tab");
        await terminal.shows(completed);
        await terminal.press("C-u");
      }
    },
  );
}

Deno.test("bash lists all processes and 'all', and none of another root", async () => {
  await using tsm = new Tsm();
  for (const name of ["api", "web"]) {
    Deno.mkdirSync(tsm.path("runtime/processes", name), { recursive: true });
  }
  const script = tsm.write("tsm.bash", await tsm.ok("completion", "bash"));
  const complete = async (...words: string[]) => {
    const { stdout } = await new Deno.Command("bash", {
      args: [
        "-c",
        `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tsm; printf '%s\\n' "\${COMPREPLY[@]}"`,
        "bash",
        script,
        ...words,
      ],
      env: { TSM_ROOT: tsm.root },
    }).output();
    return new TextDecoder().decode(stdout).trim().split("\n");
  };
  assertEquals(await complete("tsm", "stop", ""), ["all", "api", "web"]);
  assertEquals(await complete("tsm", "stop", "--root", "/nowhere", ""), ["all"]);
  assertEquals(await complete("tsm", "start", "--autorestart", ""), [
    "always",
    "on-failure",
    "never",
  ]);
  assertEquals(await complete("tsm", "start", "--name", ""), [""]);
  assertEquals(await complete("tsm", "ls", "--lo"), ["--long"]);
});

Deno.test("a shell that is not known is refused with those that are", async () => {
  await using tsm = new Tsm();
  assertStringIncludes(await tsm.fails(64, "completion", "tcsh"), "one of bash, zsh, fish");
  assertStringIncludes(await tsm.fails(64, "completion"), "one of bash, zsh, fish");
});
