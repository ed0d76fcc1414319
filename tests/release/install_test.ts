import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path/posix";
import { ROOT_USER, testNeeding } from "../test_needing.ts";
import { archiveName, ReleaseServer } from "./release_server.ts";

const INSTALL = fromFileUrl(new URL("../../install.sh", import.meta.url));

/** The shells that the script is promised to run in, by the program that a test needs. */
const SHELLS: Readonly<Record<string, readonly string[]>> = {
  dash: ["dash"],
  busybox: ["busybox", "sh"],
  bash: ["bash"],
};

interface Result {
  readonly code: number;
  /** What it said, on both streams. */
  readonly said: string;
}

/** A home directory, and the script run in it. */
class Home implements AsyncDisposable {
  readonly path = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "tsm-install-" }));
  readonly bin = join(this.path, "bin");
  readonly #server: ReleaseServer;
  readonly #shell: readonly string[];

  constructor(server: ReleaseServer, shell: readonly string[] = ["sh"]) {
    this.#server = server;
    this.#shell = shell;
  }

  /** Runs the script, or what is in its place, with the folder `bin` to install into. */
  install(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
    return this.run([INSTALL, "--dir", this.bin, ...args], env);
  }

  async run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Result> {
    const [program, ...words] = [...this.#shell, ...args] as [string, ...string[]];
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args: words,
      cwd: this.path,
      env: { PATH: Deno.env.get("PATH")!, HOME: this.path, TSM_DOWNLOAD: this.#server.url, ...env },
      clearEnv: true,
      stdin: "null",
    }).output();
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    return { code, said };
  }

  /** What the installed tsm says of its version; nothing where there is none. */
  async version(): Promise<string | undefined> {
    try {
      const { stdout } = await new Deno.Command(join(this.bin, "tsm")).output();
      return new TextDecoder().decode(stdout).trim();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }

  /** The files below the home directory. */
  files(dir = this.path): string[] {
    return [...Deno.readDirSync(dir)].flatMap(({ name, isDirectory }) =>
      isDirectory ? this.files(join(dir, name)) : [join(dir, name).slice(this.path.length + 1)]
    ).sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

for (const [program, shell] of Object.entries(SHELLS)) {
  testNeeding(
    [program, "curl"],
    `install.sh in ${program} installs, upgrades, and removes`,
    async () => {
      await using server = new ReleaseServer();
      await server.publish("1.0.0");
      await using home = new Home(server, shell);
      const first = await home.install();
      assertEquals(first.code, 0, first.said);
      assertStringIncludes(first.said, `installed tsm 1.0.0 as ${home.bin}/tsm`);
      assertStringIncludes(first.said, `export PATH="${home.bin}:$PATH"`);
      assertEquals(await home.version(), "tsm 1.0.0");

      await server.publish("1.1.0");
      const second = await home.install();
      assertEquals(second.code, 0, second.said);
      assertStringIncludes(second.said, "replaces the supervisor; processes run on");
      assertEquals(await home.version(), "tsm 1.1.0");

      const older = await home.install(["--version=1.0.0"]);
      assertEquals([older.code, await home.version()], [0, "tsm 1.0.0"], older.said);
      assertEquals(home.files(), ["bin/tsm"]);

      await Deno.mkdir(join(home.path, ".tsm"));
      const removal = await home.install(["--uninstall"]);
      assertEquals(removal.code, 0, removal.said);
      assertStringIncludes(removal.said, `${home.path}/.tsm stays`);
      assertEquals(home.files(), []);
      const again = await home.install(["--uninstall"]);
      assertEquals(again.code, 1);
      assertStringIncludes(again.said, `there is no ${home.bin}/tsm`);
    },
  );

  testNeeding(
    [program, "curl"],
    `install.sh in ${program} installs nothing that is not as its checksum says`,
    async () => {
      const archive = archiveName("1.1.0");
      /** What is wrong with the release, and what is said of it. */
      const wrong: readonly [string, (server: ReleaseServer) => void][] = [
        [
          "does not have its checksum",
          (server) =>
            server.change<Uint8Array<ArrayBuffer>>("1.1.0", archive, (file) => file.slice(0, -10)),
        ],
        [
          "does not have its checksum",
          (server) =>
            server.change<Uint8Array<ArrayBuffer>>("1.1.0", archive, (file) => {
              const changed = file.slice();
              changed[changed.length >> 1]! ^= 1;
              return changed;
            }),
        ],
        [
          "does not have its checksum",
          (server) =>
            server.change<Uint8Array<ArrayBuffer>>("1.1.0", archive, () => new Uint8Array()),
        ],
        [
          "has 0 checksums of an archive",
          (server) =>
            server.change<string>(
              "1.1.0",
              "SHA256SUMS",
              (sums) => sums.split("\n").filter((line) => !line.endsWith(archive)).join("\n"),
            ),
        ],
        [
          "has 0 checksums of an archive",
          (server) =>
            server.change<string>(
              "1.1.0",
              "SHA256SUMS",
              (sums) => sums.replaceAll(/^\w{10}/gm, ""),
            ),
        ],
        [
          "has 2 checksums of an archive",
          (server) => server.change<string>("1.1.0", "SHA256SUMS", (sums) => sums + sums),
        ],
        [
          "has 0 checksums of an archive",
          (server) =>
            server.change<string>(
              "1.1.0",
              "SHA256SUMS",
              (sums) => sums.replaceAll("  tsm-", "  tsm-../../"),
            ),
        ],
        ["cannot be fetched", (server) => server.files.delete("/latest/download/SHA256SUMS")],
        ["cannot be fetched", (server) => server.files.delete(`/latest/download/${archive}`)],
      ];
      for (const [words, spoil] of wrong) {
        await using server = new ReleaseServer();
        await server.publish("1.0.0");
        await using home = new Home(server, shell);
        assertEquals((await home.install()).code, 0);
        await server.publish("1.1.0");
        spoil(server);
        const { code, said } = await home.install();
        assertEquals([code, await home.version()], [1, "tsm 1.0.0"], said);
        assertStringIncludes(said, words);
        assertEquals(home.files(), ["bin/tsm"]);
      }
    },
  );

  testNeeding(
    [program],
    `install.sh in ${program} does nothing when it was cut short`,
    async () => {
      await using server = new ReleaseServer();
      await using home = new Home(server, shell);
      const text = await Deno.readTextFile(INSTALL);
      const script = join(home.path, "cut.sh");
      for (let at = 0; at < text.length - 'ain "$@"\n'.length; at += 101) {
        await Deno.writeTextFile(script, text.slice(0, at));
        const { said } = await home.run([script, "--dir", home.bin]);
        assert(!said.includes("fetched"), said);
        assertEquals(home.files(), ["cut.sh"]);
      }
    },
  );
}

testNeeding(["curl"], "install.sh takes no release that calls itself another version", async () => {
  await using server = new ReleaseServer();
  await server.publish("1.1.0");
  for (const file of ["SHA256SUMS", archiveName("1.1.0")]) {
    server.files.set(`/download/v1.0.0/${file}`, server.files.get(`/download/v1.1.0/${file}`)!);
  }
  await using home = new Home(server);
  const { code, said } = await home.install(["--version", "1.0.0"]);
  assertEquals([code, home.files()], [1, []]);
  assertStringIncludes(said, "is of version 1.1.0, not 1.0.0");
  const missing = await home.install(["--version", "v9"]);
  assertEquals(missing.code, 1);
  assertStringIncludes(missing.said, "is there a version 9?");
});

testNeeding(["wget", "openssl"], "install.sh does without curl and without sha256sum", async () => {
  await using server = new ReleaseServer();
  await server.publish("1.0.0");
  await using home = new Home(server, ["/bin/sh"]);
  const tools = join(home.path, "tools");
  await Deno.mkdir(tools);
  const needed = [
    "id",
    "mkdir",
    "mktemp",
    "rm",
    "mv",
    "uname",
    "grep",
    "wget",
    "gzip",
    "tar",
    "cut",
  ];
  for (const tool of [...needed, "openssl", "sh"]) {
    const found = Deno.env.get("PATH")!.split(":").map((dir) => join(dir, tool)).find(isThere);
    assert(found !== undefined, `there is no ${tool}`);
    await Deno.symlink(found, join(tools, tool));
  }
  const { code, said } = await home.install([], { PATH: tools });
  assertEquals([code, await home.version()], [0, "tsm 1.0.0"], said);
});

testNeeding(
  ["curl", "setpriv", ROOT_USER],
  "install.sh of an ordinary user keeps to the home directory, and brings completions and man page",
  async () => {
    await using server = new ReleaseServer();
    await server.publish("1.0.0");
    const user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "sh"];
    await using home = new Home(server, user);
    await Deno.chown(home.path, 65534, 65534);
    const script = join(home.path, "install.sh");
    await Deno.copyFile(INSTALL, script);
    const { code, said } = await home.run([script, "--completions", "--man"]);
    assertEquals(code, 0, said);
    const installed = [
      ".config/fish/completions/tsm.fish",
      ".local/bin/tsm",
      ".local/share/bash-completion/completions/tsm",
      ".local/share/man/man1/tsm.1",
      ".local/share/zsh/site-functions/_tsm",
    ];
    assertEquals(home.files(), [...installed, "install.sh"]);
    const removal = await home.run([script, "--uninstall"]);
    assertEquals([removal.code, home.files()], [0, ["install.sh"]], removal.said);
  },
);

Deno.test("install.sh refuses what it does not know, with exit code 64", async () => {
  await using server = new ReleaseServer();
  await using home = new Home(server);
  for (
    const args of [["--what"], ["--version"], ["--version", "../x"], ["--version", "1 0"], [
      "--uninstall",
      "--man",
    ]]
  ) {
    const { code, said } = await home.install(args);
    assertEquals([code, home.files()], [64, []], `${args.join(" ")}: ${said}`);
  }
});

testNeeding(["shellcheck"], "shellcheck finds nothing in any script of the project", async () => {
  const project = fromFileUrl(new URL("../..", import.meta.url));
  const scripts = ["", ".ci", "docs", "examples", "scripts", "tests"].flatMap((dir) =>
    filesBelow(join(project, dir), dir !== "").filter(isShellScript)
  );
  assert(scripts.some((path) => path.endsWith("install.sh")) && scripts.length > 5);
  // SC2016: what is in single quotes is not expanded. It is meant so, for another shell to do it.
  const args = ["--exclude=SC2016", "--", ...scripts];
  const { stdout } = await new Deno.Command("shellcheck", { args }).output();
  assertEquals(new TextDecoder().decode(stdout), "");
});

/** The files in a directory, and where `recursive` below it. */
function filesBelow(dir: string, recursive: boolean): string[] {
  return [...Deno.readDirSync(dir)].flatMap(({ name, isFile, isDirectory }) => {
    const path = join(dir, name);
    if (isDirectory && recursive) return filesBelow(path, recursive);
    return isFile ? [path] : [];
  });
}

function isShellScript(path: string): boolean {
  const head = new Uint8Array(32);
  using file = Deno.openSync(path);
  file.readSync(head);
  return /^#!\S*[/ ](env )?(ba|da)?sh\b/.test(new TextDecoder().decode(head));
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
