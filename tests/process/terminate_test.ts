import { assert, assertEquals } from "@std/assert";
import { isRunning, until } from "../e2e/harness.ts";
import { readEnvironTable } from "../../src/process/linux/environ_table.ts";
import { launch } from "../../src/supervisor/launch/launch.ts";
import { startBound } from "../../src/process/linux/process_clock.ts";
import { readProcesses, readProcessTable } from "../../src/process/linux/read_process_table.ts";
import {
  type ProcessFamily,
  terminate,
  type TerminateOptions,
} from "../../src/process/terminate.ts";
import { sendSignal } from "../../src/process/signals.ts";
import { TemporaryRoot } from "../temporary_root.ts";

const OPTIONS: TerminateOptions = {
  signal: "SIGTERM",
  killTimeout: 60_000,
  excluded: new Set([Deno.pid]),
  strays: true,
};

/** A managed process that runs a shell script; `$D` in it is a directory for pid files. */
class Tree implements AsyncDisposable {
  readonly #temporary = new TemporaryRoot();
  readonly name: string;
  leader!: NonNullable<ProcessFamily["leader"]>;
  family!: ProcessFamily;
  exited!: Promise<{ code: number | null; signal: string | null }>;

  private constructor(name: string) {
    this.name = name;
  }

  static async start(
    script: string,
    { name = "api", root }: { name?: string; root?: string } = {},
  ) {
    const tree = new Tree(name);
    const temporary = tree.#temporary;
    const paths = temporary.process(name);
    const home = root ?? temporary.base;
    const process = launch({
      argv: ["/bin/sh", "-c", script],
      cwd: "/",
      env: { PATH: "/usr/bin:/bin", D: temporary.work, TSM_ROOT: home, TSM_NAME: name },
      paths,
    });
    tree.leader = {
      pid: process.pid,
      start: (await readProcesses([process.pid])).get(process.pid)?.start ?? startBound(),
    };
    tree.family = { leader: tree.leader, name, root: home, user: null, logs: [] };
    tree.exited = process.exited;
    return tree;
  }

  /** The pid that the script wrote to `$D/NAME`. */
  async pid(name: string): Promise<number> {
    const path = `${this.#temporary.work}/${name}`;
    return await until(`the pid of ${name}`, async () => {
      const text = await Deno.readTextFile(path).catch(() => "");
      return text.endsWith("\n") ? Number(text) : undefined;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await terminate(this.family, { ...OPTIONS, signal: "SIGKILL", killTimeout: 0 });
    for (const { name } of Deno.readDirSync(this.#temporary.work)) {
      const pid = Number(Deno.readTextFileSync(`${this.#temporary.work}/${name}`));
      if (pid > 0 && isRunning(pid)) sendSignal(pid, "SIGKILL");
    }
    await this.exited;
    this.#temporary[Symbol.dispose]();
  }
}

Deno.test("a process is ended by the signal, and its children with it", async () => {
  await using tree = await Tree.start("sleep 60 & echo $! > $D/child; exec sleep 60");
  const child = await tree.pid("child");
  await terminate(tree.family, { ...OPTIONS, exited: tree.exited });
  assert(!isRunning(tree.leader.pid) && !isRunning(child));
  assertEquals(await tree.exited, { code: null, signal: "SIGTERM" });
});

Deno.test("the signal is the one asked for, and there is time to answer it", async () => {
  await using tree = await Tree.start(
    "trap 'sleep 0.3; exit 3' USR1; echo $$ > $D/ready; while :; do sleep 0.02; done",
  );
  await tree.pid("ready");
  await terminate(tree.family, { ...OPTIONS, signal: "SIGUSR1", exited: tree.exited });
  assertEquals(await tree.exited, { code: 3, signal: null });
});

Deno.test("a leader that heeds no signal gets SIGKILL when its time is up", async () => {
  await using tree = await Tree.start(
    "trap '' TERM; echo $$ > $D/ready; while :; do sleep 0.02; done",
  );
  await tree.pid("ready");
  await terminate(tree.family, { ...OPTIONS, killTimeout: 200, exited: tree.exited });
  assertEquals(await tree.exited, { code: null, signal: "SIGKILL" });
});

Deno.test("a member that heeds no signal gets SIGKILL, though the leader went at once", async () => {
  await using tree = await Tree.start(
    "sh -c 'trap \"\" TERM; echo $$ > $D/stubborn; while :; do sleep 0.02; done' & exec sleep 60",
  );
  const stubborn = await tree.pid("stubborn");
  await terminate(tree.family, { ...OPTIONS, killTimeout: 300, exited: tree.exited });
  assert(!isRunning(stubborn));
  assertEquals((await tree.exited).signal, "SIGTERM");
});

Deno.test("a child in a session of its own is found as a descendant", async () => {
  await using tree = await Tree.start(
    "setsid sh -c 'echo $$ > $D/child; exec sleep 60' & sleep 60 & wait",
  );
  const child = await tree.pid("child");
  assertEquals((await readProcessTable()).get(child)?.session, child);
  await terminate(tree.family, { ...OPTIONS, strays: false, exited: tree.exited });
  assert(!isRunning(child));
});

const DAEMON = "(setsid sh -c 'echo $$ > $D/daemon; exec sleep 60' &) ; exec sleep 60";

/** A process that left its session and its parent; gives its pid when it has. */
async function daemonOf(tree: Tree): Promise<number> {
  const pid = await tree.pid("daemon");
  await until("it to be left by its parent", async () => {
    const table = await readProcessTable();
    const parent = table.get(table.get(pid)!.ppid);
    return table.get(pid)?.comm === "sleep" && parent?.session !== tree.leader.pid;
  });
  // The kernel has a program's name in place a moment before its environment.
  await until("its environment", async () => (await readEnvironTable()).has(pid));
  return pid;
}

Deno.test("what left its session by a double fork is found by its environment", async () => {
  await using tree = await Tree.start(DAEMON);
  const daemon = await daemonOf(tree);
  await terminate(tree.family, { ...OPTIONS, exited: tree.exited });
  assert(!isRunning(daemon));
});

Deno.test("a stray is left alone where strays are not asked for", async () => {
  await using tree = await Tree.start(DAEMON);
  const daemon = await daemonOf(tree);
  await terminate(tree.family, { ...OPTIONS, strays: false, exited: tree.exited });
  assert(!isRunning(tree.leader.pid) && isRunning(daemon));
});

Deno.test("strays of another name, or of another root, are not ours", async () => {
  await using tree = await Tree.start("exec sleep 60", { root: "/srv/tsm-test-a" });
  await using named = await Tree.start("exec sleep 60", { root: "/srv/tsm-test-a", name: "web" });
  await using rooted = await Tree.start("exec sleep 60", { root: "/srv/tsm-test-b" });
  await terminate(tree.family, { ...OPTIONS, exited: tree.exited });
  assert(
    !isRunning(tree.leader.pid) && isRunning(named.leader.pid) && isRunning(rooted.leader.pid),
  );
});

Deno.test("a stopped process is ended without waiting for SIGKILL", async () => {
  await using tree = await Tree.start("exec sleep 60");
  Deno.kill(tree.leader.pid, "SIGSTOP");
  await until(
    "it to be stopped",
    async () => (await readProcessTable()).get(tree.leader.pid)?.state === "T",
  );
  await terminate(tree.family, { ...OPTIONS, exited: tree.exited });
  assertEquals((await tree.exited).signal, "SIGTERM");
});

Deno.test("a reused pid is never signalled", async () => {
  // The process of this pid is another one: it started at another time.
  await using stranger = await Tree.start("sleep 60 & echo $! > $D/child; exec sleep 60");
  const child = await stranger.pid("child");
  const { pid, start } = stranger.leader;
  const leader = { pid, start: start - 1 };
  await terminate({ leader, name: "gone", root: "/srv/tsm-test-a", user: null, logs: [] }, {
    ...OPTIONS,
    signal: "SIGKILL",
    killTimeout: 0,
  });
  assert(isRunning(pid) && isRunning(child));
});

Deno.test("what is excluded is never signalled", async () => {
  await using tree = await Tree.start("sleep 60 & echo $! > $D/child; exec sleep 60");
  const child = await tree.pid("child");
  await terminate(tree.family, {
    ...OPTIONS,
    exited: tree.exited,
    excluded: new Set([Deno.pid, child]),
  });
  assert(!isRunning(tree.leader.pid) && isRunning(child));
});

Deno.test("an adopted process, whose end nobody tells, is ended all the same", async () => {
  await using tree = await Tree.start("sleep 60 & echo $! > $D/child; exec sleep 60");
  const child = await tree.pid("child");
  await terminate(tree.family, OPTIONS);
  assert(!isRunning(tree.leader.pid) && !isRunning(child));
});

Deno.test("ending what has ended is done at once", async () => {
  await using tree = await Tree.start("exit 0");
  await tree.exited;
  await terminate(tree.family, OPTIONS);
});
