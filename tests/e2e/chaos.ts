/**
 * A root in which the supervisor is killed again and again, and an oracle that
 * compares what really lives with what tsm says.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { request } from "../../src/api/client.ts";
import { flushMessage } from "../../src/api/messages/flush.ts";
import { restartMessage } from "../../src/api/messages/restart.ts";
import { rotateMessage } from "../../src/api/messages/rotate.ts";
import { saveMessage } from "../../src/api/messages/save.ts";
import { startMessage } from "../../src/api/messages/start.ts";
import { stopMessage } from "../../src/api/messages/stop.ts";
import { readSupervisorFile, type SupervisorAddress } from "../../src/api/supervisor_file.ts";
import { isGzipInProgress } from "../../src/files/gzip_in_progress.ts";
import { isThere } from "../../src/files/path_info.ts";
import { readTextIfThere } from "../../src/files/read_text.ts";
import type { Meta } from "../../src/meta/metadata.ts";
import { runtimeRoot } from "../../src/root.ts";
import { isRunning, type Tsm, until } from "./harness.ts";
import { startSupervisorHere } from "./supervisor_here.ts";

/** What may be done to a process in a round. */
export const ACTIONS = [
  "start",
  "stop",
  "keep",
  "restart",
  "crash",
  "rotate",
  "flush",
  "nothing",
] as const;

export type Action = typeof ACTIONS[number];

/** When the supervisor is killed: at a moment inside an operation, or any time. */
export const MOMENTS = [
  "directory made",
  "launch noted",
  "launched",
  "stopping",
  "process gone",
  "saving",
  "rotating",
  "any time",
] as const;

export type Moment = typeof MOMENTS[number];

type Listed = Readonly<Record<string, Meta>>;

const PROGRAMS = [
  "exec sleep 100000",
  "sleep 100000 & sleep 100001 & wait",
  "trap 'sleep 0.2; exit' TERM; while :; do sleep 100000 & wait; done",
  "i=0; while i=$((i + 1)); do echo $i; sleep 0.05; done",
];

/** How many programs there are to choose from. */
export const PROGRAM_COUNT = PROGRAMS.length;

// A file may be compressed while they are read.
const WHOLE_LOG = `cd "$1" || exit
for f in $(ls | sed 's/[.]gz$//' | grep -E '^[0-9-]+[.]out$' | sort -Vu) current.out; do
  echo "== $f"
  cat "$f" 2>/dev/null || zcat "$f.gz"
done`;

/** One root and the supervisors that come and go in it. */
export class Chaos {
  readonly #tsm: Tsm;
  #supervisor: Deno.ChildProcess | undefined;
  /** Processes whose logs were flushed: numbers are missing there by right. */
  readonly #flushed = new Set<string>();

  constructor(tsm: Tsm) {
    this.#tsm = tsm;
  }

  /** Starts a supervisor and awaits that it answers. */
  async startSupervisor(): Promise<void> {
    this.#supervisor = await startSupervisorHere(this.#tsm);
  }

  /** Kills it, without a warning. */
  async killSupervisor(): Promise<void> {
    const child = this.#supervisor!;
    child.kill("SIGKILL");
    await child.status;
  }

  /**
   * Starts `count` more processes, which do nothing but be there.
   *
   * @returns them, as they are listed.
   */
  async startCrowd(count: number): Promise<readonly Meta[]> {
    const names = Array.from({ length: count }, (_, index) => `crowd-${index + 1}`);
    const started: Meta[] = [];
    const some = async () => {
      for (let name = names.pop(); name !== undefined; name = names.pop()) {
        started.push(...(await this.#start(this.#address(), name, 0)).started);
      }
    };
    await Promise.all(Array.from({ length: 8 }, some));
    return started;
  }

  /** Does `action` to the process `name`; tells whether the supervisor said it was done. */
  async act(action: Action, name: string, meta: Meta | undefined, which: number): Promise<boolean> {
    if (action === "nothing") return true;
    if (action === "crash") {
      const pid = meta?.pid;
      if (!pid) return true;
      Deno.kill(pid, "SIGKILL");
      // Until it is gone, the next supervisor may see it alive.
      await until(`the end of ${name}`, () => !isRunning(pid));
      return true;
    }
    const address = this.#address();
    const selectors = [name];
    try {
      if (action === "start") {
        const { failed } = await this.#start(address, name, which);
        assertEquals(failed, []);
      } else if (action === "restart") {
        const { failed } = await request(address, restartMessage, { selectors });
        assertEquals(failed, []);
      } else if (action === "rotate") {
        await request(address, rotateMessage, { selectors });
      } else if (action === "flush") {
        this.#flushed.add(name);
        await request(address, flushMessage, { selectors });
      } else await request(address, stopMessage, { selectors, keep: action === "keep" });
      return true;
    } catch (error) {
      // Killed before it could answer: what it was asked may be done or not.
      if (error instanceof Deno.errors.NotConnected) return false;
      throw error;
    }
  }

  /** Has the list saved. */
  async save(): Promise<void> {
    try {
      await request(this.#address(), saveMessage, { force: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotConnected)) throw error;
    }
  }

  #start(address: SupervisorAddress, name: string, which: number) {
    return request(address, startMessage, {
      environment: { PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin", CHAOS: name },
      definitions: [{
        words: ["/bin/sh", "-c", PROGRAMS[which % PROGRAMS.length]!],
        name,
        cwd: this.#tsm.work,
        explicit: {},
        settings: { max_restarts: 1_000_000, kill_timeout: 2000 },
      }],
      if_running: "refuse",
      source: "command",
      wait: 0,
    });
  }

  /** Awaits a moment inside an operation on the process `name`, for half a second at most. */
  async awaitMoment(moment: Moment, name: string, before: Meta | undefined, delay: number) {
    if (moment === "saving") return await this.#awaitSave();
    if (moment === "any time") {
      await new Promise((resolve) => setTimeout(resolve, delay));
      return;
    }
    for (const deadline = performance.now() + 500; performance.now() < deadline;) {
      if (this.#isNow(moment, name, before)) return;
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }

  /** Awaits that a file of the saved list is written beside its place, for half a second at most. */
  async #awaitSave(): Promise<void> {
    using watcher = Deno.watchFs(this.#tsm.path("runtime"), { recursive: false });
    const timer = setTimeout(() => watcher.close(), 500);
    for await (const { paths } of watcher) {
      if (paths.some((path) => /saved(\.1)?\.json\.tmp$/.test(path))) break;
    }
    clearTimeout(timer);
  }

  #isNow(
    moment: Exclude<Moment, "saving" | "any time">,
    name: string,
    before: Meta | undefined,
  ): boolean {
    const meta = this.#readMeta(name);
    switch (moment) {
      case "directory made":
        return meta !== undefined && before === undefined;
      case "launch noted":
        return meta?.status === "launching" && meta.pid === null;
      case "launched":
        return meta?.pid !== undefined && meta.pid !== null && meta.pid !== before?.pid;
      case "stopping":
        return meta?.status === "stopping";
      case "process gone":
        return before !== undefined && before.pid !== null && !isRunning(before.pid);
      case "rotating":
        return this.#hasRotationNote(name);
    }
  }

  /** What `ls --json` says once nothing is under way any more. */
  async settled(): Promise<Listed> {
    const { processes } = runtimeRoot(this.#tsm.root);
    await until(
      "a state in which nothing is under way",
      () =>
        [...Deno.readDirSync(processes)].every(({ name }) => {
          const meta = this.#readMeta(name);
          if (meta === undefined || meta.intent !== undefined) return false;
          return meta.status === "stopped" || (meta.status === "online" && isRunning(meta.pid!));
        }),
    );
    return await this.#tsm.list() as Listed;
  }

  /** Compares the processes that really live with what is listed. */
  async checkAgainstReality(listed: Listed): Promise<void> {
    const online = Object.values(listed).filter(({ status }) => status === "online");
    const expected = online.map(({ name, pid }) => `${name} ${pid}`).sort();
    // What a crash left behind is ended beside its restart, and may take its time; what was
    // just launched has no environment for a moment.
    let living: readonly string[] = [];
    await until("just those sessions to live that are listed", () => {
      living = [...this.#livingSessions()].sort();
      return living.join() === expected.join();
    }).catch(() => {});
    assertEquals(living, expected, "sessions that live, and processes that are listed");
    const ids = Object.values(listed).map(({ tsm_id }) => tsm_id);
    assertEquals(new Set(ids).size, ids.length, "ids are unique");
  }

  /** Checks that every file below the root is whole. */
  async checkFiles(dir = this.#tsm.root): Promise<void> {
    for (const { name, isDirectory } of Deno.readDirSync(dir)) {
      const path = `${dir}/${name}`;
      // A `gzip` at work, of this supervisor or a killed one: that is removed after a minute.
      if (isGzipInProgress(name)) continue;
      if (name === "quarantine" || /\.(rotation|part|tmp)$|^\..*\.removed$/.test(name)) {
        // What is just being written has such a name for a moment.
        await until(`${path} to go`, () => !isThere(path), 5000);
      } else if (isDirectory) await this.checkFiles(path);
      else if (name.endsWith(".json")) JSON.parse(Deno.readTextFileSync(path));
      else if (name.endsWith(".jsonl")) {
        const text = Deno.readTextFileSync(path);
        for (const line of text.trimEnd().split("\n")) JSON.parse(line);
      } else if (name.endsWith(".pid")) {
        // The link in its directory leads nowhere while it is between two runs, as its meta.json says.
        const runs = () => JSON.parse(Deno.readTextFileSync(`${dir}/meta.json`)).pid !== null;
        const text = readTextIfThere(path) ?? (runs() ? Deno.readTextFileSync(path) : undefined);
        assert(text === undefined || /^\d+\n$/.test(text), path);
      }
    }
  }

  /** `NAME SESSION` of every process that carries this root in its environment. */
  #livingSessions(): Set<string> {
    const found = new Set<string>();
    for (const { name: pid } of Deno.readDirSync("/proc")) {
      if (!/^\d+$/.test(pid)) continue;
      try {
        const environ = Deno.readTextFileSync(`/proc/${pid}/environ`).split("\0");
        const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
        const [state, , , session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        const name = environ.find((entry) => entry.startsWith("TSM_NAME="))?.slice(9);
        const isOurs = environ.includes(`TSM_ROOT=${this.#tsm.root}`) && name !== undefined;
        if (isOurs && state !== "Z") found.add(`${name} ${session}`);
      } catch {
        // It ended, or is another user's.
      }
    }
    return found;
  }

  /** Checks that no rotation lost a number, doubled one, or left a process frozen. */
  async checkLogs(listed: Listed): Promise<void> {
    for (const name of this.#flushed) if (!listed[name]) this.#flushed.delete(name);
    for (const { name, pid } of Object.values(listed)) {
      if (pid !== null) await until(`${name} to run on`, () => !isFrozen(pid));
      const dir = this.#tsm.path("runtime", "processes", name);
      const { stdout } = await new Deno.Command("sh", { args: ["-c", WHOLE_LOG, "sh", dir] })
        .output();
      let last = 0;
      let beginsFile = false;
      for (const line of new TextDecoder().decode(stdout).split("\n").slice(0, -1)) {
        if (line.startsWith("== ")) {
          beginsFile = true;
          continue;
        }
        const number = Number(line);
        // Each run begins with 1; what was flushed was the beginning of a file.
        const follows = number === last + 1 || number === 1 ||
          (number > 0 && beginsFile && this.#flushed.has(name));
        assert(follows, `log of ${name}: after ${last} comes ${JSON.stringify(line)}`);
        last = number;
        beginsFile = false;
      }
    }
  }

  #hasRotationNote(name: string): boolean {
    try {
      Deno.statSync(this.#tsm.path("runtime", "processes", name, "current.out.rotation"));
      return true;
    } catch {
      return false;
    }
  }

  #readMeta(name: string): Meta | undefined {
    try {
      return JSON.parse(Deno.readTextFileSync(
        this.#tsm.path("runtime", "processes", name, "meta.json"),
      ));
    } catch {
      return undefined;
    }
  }

  #address(): SupervisorAddress {
    return readSupervisorFile(runtimeRoot(this.#tsm.root))!;
  }
}

function isFrozen(pid: number): boolean {
  try {
    return /^\d+ \([^]*\) T/.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return false;
  }
}
