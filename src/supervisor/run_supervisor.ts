import { BoundedServer } from "../api/server/bounded_server.ts";
import type { Tokens } from "../api/server/access.ts";
import type { ReadRoute } from "../api/server/read_route.ts";
import { createApi, type MetricsSource } from "../api/server/server.ts";
import type { ResurrectResponse } from "../api/messages/resurrect.ts";
import { retireSupervisorFile } from "../api/supervisor_file.ts";
import { latestFirst } from "../db/read_history.ts";
import { turnOf } from "../event_table.ts";
import { messageOf } from "../errors.ts";
import { fingerprint } from "../files/fingerprint.ts";
import { readTextIfThere } from "../files/read_text.ts";
import { settlesWithin } from "../async/settles_within.ts";
import { scrubEnvironment } from "../program/own_environment.ts";
import { ownProgram } from "../own_program.ts";
import { printable } from "../printable.ts";
import { ensureRoot, type RuntimeRoot, runtimeRoot } from "../root.ts";
import { VERSION } from "../version.ts";
import { takeOver } from "./boot.ts";
import { expose } from "./metrics/exposition.ts";
import { metricFamilies } from "./metrics/metric_families.ts";
import { MetricsPort } from "./metrics/metrics_port.ts";
import { randomToken } from "./root/random_token.ts";
import { tokenReader } from "./root/lasting_tokens.ts";
import { claimRoot } from "./root/claim_root.ts";
import { type Enlisted, enlistSaved, launchEnlisted } from "./start/resurrect.ts";
import { OwnFiles } from "./root/own_files.ts";
import { quarantineForeign } from "./quarantine_foreign.ts";
import { routesOf } from "./requests.ts";
import { PatrolRounds } from "./patrol_rounds.ts";
import type { Service } from "./service.ts";
import { Supervisor } from "./supervisor.ts";
import { takeLock } from "./root/take_lock.ts";

/** How a supervisor is run. */
export interface RunSupervisorOptions {
  /** The absolute path of the root, which is the working directory too. */
  readonly rootPath: string;
  /** The command line of a service manager or a person who watches it; `undefined`: nobody. */
  readonly watcher: number | undefined;
  /** Whether it brings back what is saved. */
  readonly resurrect: boolean;
  /** Whether it replaces one of a newer version. */
  readonly downgrade: boolean;
  /** Told when it is ready for requests. */
  readonly onReady: (port: number) => void;
}

/** Milliseconds that commands for events may still take when it leaves; they run on behind it. */
const LEAVE_PATIENCE = 300;

/** Milliseconds between two looks at what is the supervisor's own. */
const LOOK_EVERY = 5000;

/**
 * Runs the supervisor until it is told to leave. Its processes run on.
 *
 * @throws {Deno.errors.Busy} if another one lives and is not to be replaced.
 * @throws {Deno.errors.NotConnected} if the other one is newer.
 * @throws {Deno.errors.InvalidData} if the root cannot be used.
 */
export async function runSupervisor(options: RunSupervisorOptions): Promise<void> {
  const { rootPath, watcher, downgrade } = options;
  const foreground = watcher !== undefined;
  scrubEnvironment();
  const root = runtimeRoot(".");
  claimRoot(root, rootPath);
  ensureRoot(root);
  const log = openLog(root, foreground);
  const lock = await takeLock(root, { foreground, downgrade });
  using ownFiles = new OwnFiles({ root, rootPath, lock, log });
  // A supervisor that leaves in order removes this file; one that was killed has left it.
  const diedBefore = readTextIfThere(root.supervisorJson) !== undefined;
  retireSupervisorFile(root);
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    log(`unhandled: ${event.reason?.stack ?? event.reason}`);
  });

  const supervisor = new Supervisor({ root, rootPath, log });
  const left = Promise.withResolvers<void>();
  const rounds = new PatrolRounds(supervisor);
  const started = Math.floor(Date.now() / 1000);
  const token = randomToken();
  // Now: once the file has been replaced by an upgrade, the system no longer tells its path.
  const program = ownProgram();
  const onError = (error: unknown) => log(`request: ${(error as Error)?.stack ?? error}`);
  const tokens: Tokens = { all: token, lasting: tokenReader(root, log) };
  const metrics: MetricsSource = {
    expose: async (accept) => expose(await metricFamilies(supervisor, started), accept),
  };
  const metricsPort = new MetricsPort(
    root,
    createApi({ routes: [], tokens, metrics, onError }),
    log,
  );
  const service: Service = {
    started,
    metricsPort,
    // Where the command line that watched it was killed, nobody watches it any more: the next
    // supervisor may replace it.
    get foreground() {
      return Deno.ppid === watcher;
    },
    rounds,
    ownFiles,
    leave: left.resolve,
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    Deno.addSignalListener(signal, () => {
      log(`${signal}: leaving, processes run on`);
      left.resolve();
    });
  }
  const bootBefore = fingerprint(root.bootJson);
  quarantineForeign(supervisor);
  // First of all: a rotation that was interrupted may have left a service frozen.
  await supervisor.logKeeper.finishInterrupted();
  await Promise.all([takeOver(supervisor), supervisor.descriptors.look(0)]);
  await rounds.begin();
  const continues = diedBefore && fingerprint(root.bootJson) === bootBefore;
  const resurrection = options.resurrect ? await enlist(supervisor, continues) : undefined;

  const publish = (port: number) =>
    ownFiles.publish({ pid: Deno.pid, port, token, version: VERSION, started, program });
  const server = new BoundedServer({
    port: 0,
    handler: createApi({
      routes: routesOf(supervisor, service),
      reads: loadReads(supervisor),
      tokens,
      metrics,
      onError,
    }),
    onReopened: (port, reason) => {
      log(`api: ${reason}; listening again, on port ${port}`);
      supervisor.record("api_reopened", null);
      publish(port);
    },
  });
  const { port } = server;
  metricsPort.follow();
  const timer = setInterval(async () => {
    const reason = await ownFiles.mend();
    if (reason === undefined) {
      // The port may have become free: the supervisor before this one may have held it.
      metricsPort.followChanges();
      return;
    }
    log(`leaving: ${reason}`);
    left.resolve();
  }, LOOK_EVERY);
  publish(port);
  supervisor.watch();
  supervisor.notifier.begin();
  supervisor.record("supervisor_start", null);
  log(`tsm ${VERSION} supervises ${rootPath} (pid ${Deno.pid}, port ${port})`);
  options.onReady(port);
  if (resurrection) {
    launchEnlisted(supervisor, resurrection).then((report) => logReport(log, report))
      .catch((error) => log(`resurrect: ${messageOf(error)}`));
  }

  await left.promise;
  rounds.end();
  clearInterval(timer);
  metricsPort.close();
  supervisor.detach();
  supervisor.record("supervisor_stop", null);
  await supervisor.notifier.close(LEAVE_PATIENCE);
  supervisor.streams.closeAll();
  ownFiles.withdraw();
  // Answers under way are sent first; a client that does not read holds it up for a moment only.
  await settlesWithin(server.shutdown(), 300);
  log("left");
}

/** What loads the answers to questions, once, when the first one is asked. */
function loadReads(supervisor: Supervisor): () => Promise<readonly ReadRoute[]> {
  let loaded: Promise<readonly ReadRoute[]> | undefined;
  return () => loaded ??= import("./reads.ts").then(({ readsOf }) => readsOf(supervisor));
}

/**
 * Puts what is saved on the list, before anybody can ask for a change of it.
 *
 * @param continues Whether it takes the place of a supervisor that was killed: what
 * the user stopped under that one stays stopped.
 */
async function enlist(supervisor: Supervisor, continues: boolean): Promise<Enlisted | undefined> {
  const { root, log } = supervisor;
  try {
    // A rotation behind a stop says nothing of whether it is to run.
    const lastTurn = (name: string) =>
      latestFirst(root, name).map(({ event }) => turnOf(event)).find((turn) => turn !== null);
    const leaveOut = (name: string) => continues && lastTurn(name) === "stop";
    const enlisted = await enlistSaved(supervisor, leaveOut);
    if (enlisted === undefined) log("nothing to resurrect: nothing is saved");
    return enlisted;
  } catch (error) {
    log(`cannot resurrect: ${messageOf(error)}`);
    return undefined;
  }
}

function logReport(log: (text: string) => void, report: ResurrectResponse): void {
  if (report.warning !== undefined) log(report.warning);
  for (const { name, pid } of report.resurrected) log(`resurrected ${name} (pid ${pid})`);
  for (const { name, reason } of report.failed) log(`cannot resurrect '${name}': ${reason}`);
}

function openLog(root: RuntimeRoot, foreground: boolean): (text: string) => void {
  return (text) => {
    const line = `${new Date().toISOString()} ${printable(text, false)}\n`;
    try {
      Deno.writeTextFileSync(root.supervisorLog, line, { append: true, mode: 0o600 });
    } catch {
      // A full disk: there is nowhere to say so but the terminal.
    }
    if (foreground) console.error(line.trimEnd());
  };
}
