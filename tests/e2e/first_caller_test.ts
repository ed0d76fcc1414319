/**
 * Who happens to start the supervisor leaves nothing of its own with it and its processes.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { SYSTEM_PATH } from "../../src/process/system_path.ts";
import { ROOT_USER, testNeeding } from "../test_needing.ts";
import { Tsm, until } from "./harness.ts";

/** Starts 'x', which prints `prints`, behind lines of bash; gives what those print. */
async function startBehind(tsm: Tsm, script: string, prints = "true"): Promise<string> {
  const run = `${prints}; echo done; exec sleep 1000`;
  const command = tsm.shell(`exec bash -c "$SCRIPT" bash "$@"`, ["start", "-q", run, "-n", "x"], {
    env: { SCRIPT: script },
  });
  const { code, stdout, stderr } = await command.output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** What 'x' has printed. */
function printed(tsm: Tsm): Promise<string> {
  return until("its words", () => {
    const text = tsm.read("runtime", "processes", "x", "current.out");
    return text.endsWith("done\n") ? text.slice(0, -"done\n".length) : undefined;
  });
}

/** Where the open files of a process lead to. */
function openFiles(pid: number): string[] {
  return [...Deno.readDirSync(`/proc/${pid}/fd`)].map(({ name }) =>
    Deno.readLinkSync(`/proc/${pid}/fd/${name}`)
  );
}

testNeeding(
  ["bash", "flock"],
  "a lock that a script holds is free when the script has ended",
  async () => {
    await using tsm = new Tsm();
    await startBehind(tsm, 'exec 9>nine {lock}>lock; flock 9; flock $lock; "$@"');
    const { pid } = (await tsm.list())["x"]!;
    for (const holder of [tsm.supervisorPid(), pid!]) {
      assertEquals(openFiles(holder).filter((path) => path.startsWith(tsm.work)), []);
    }
    const taken = await new Deno.Command("flock", {
      args: ["-n", "nine", "flock", "-n", "lock", "true"],
      cwd: tsm.work,
    }).output();
    assert(taken.success);
  },
);

testNeeding(
  ["bash"],
  "who reads what a script prints does not wait for the supervisor",
  async () => {
    await using tsm = new Tsm();
    assertEquals(
      await startBehind(tsm, '( exec {out}>&1; "$@"; echo started ) | cat'),
      "started\n",
    );
  },
);

testNeeding(
  ["bash", ROOT_USER],
  "umask, niceness and PATH of the first caller reach neither the supervisor nor a process",
  async () => {
    await using tsm = new Tsm();
    const before = 'umask 077; export PATH="$PWD/bin:$PATH"; exec nice -n 5 "$@"';
    await startBehind(tsm, before, "umask; nice");
    assertEquals(await printed(tsm), "0022\n0\n");
    const pid = tsm.supervisorPid();
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    assertEquals(/^Umask:\t(.*)$/m.exec(status)?.[1], "0022");
    const environment = Deno.readTextFileSync(`/proc/${pid}/environ`).split("\0");
    assert(environment.includes(`PATH=${SYSTEM_PATH}`), environment.join(" "));
    // The process has the PATH of the command line that started it.
    const own = Deno.readTextFileSync(`/proc/${(await tsm.list())["x"]!.pid}/environ`).split("\0");
    assert(own.some((variable) => variable.startsWith(`PATH=${tsm.work}/bin:`)));
  },
);

testNeeding(
  ["bash", {
    absence: "not the binary, and Deno raises the limit of what it runs",
    isMet: () => Deno.env.get("TSM_BINARY") !== undefined,
  }],
  "the first caller's limit of open files reaches no process: 1,024 is what programs expect",
  async () => {
    await using tsm = new Tsm();
    await startBehind(tsm, 'ulimit -Sn 2000; exec "$@"', "ulimit -Sn");
    assertEquals(await printed(tsm), "1024\n");
  },
);
