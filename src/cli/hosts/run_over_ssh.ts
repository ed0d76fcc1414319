import { settlesWithin } from "../../async/settles_within.ts";
import { givenEnvironment } from "../../program/own_environment.ts";
import { readLines } from "./read_lines.ts";
import { readFacts, type RemoteFacts } from "./remote_script.ts";

/**
 * What is asked of ssh whatever its user's configuration says: it asks nothing, for nobody could
 * answer ten questions at once; it notices a machine that is gone; and nothing that is configured
 * for sessions of people (a command, forwarded ports) takes part. All else is the user's:
 * keys, jump hosts, names, `ControlMaster`.
 */
const OPTIONS = [
  "BatchMode=yes",
  "ConnectTimeout=10",
  "ServerAliveInterval=5",
  "ServerAliveCountMax=3",
  "RemoteCommand=none",
  "RequestTTY=no",
  "ClearAllForwardings=yes",
  // Banners and notes of new host keys are no errors.
  "LogLevel=ERROR",
].flatMap((option) => ["-o", option]);

/** The exit code of ssh itself; tsm has none that high. */
const SSH_FAILED = 255;

/** Lines of errors that are kept until it is known whether the machine answers. */
const MAX_EARLY_LINES = 50;

/**
 * How long the rest of the errors is waited for when ssh has ended, in milliseconds: a master
 * connection that it has started may hold them open for hours.
 */
const LAST_ERRORS = 500;

/** How long a machine may take, in milliseconds. */
export interface RemoteLimits {
  /** Until it says that it is there. */
  readonly answer: number;
  /** Until tsm has ended there; `undefined`: for good. */
  readonly end: number | undefined;
}

/** What is told while tsm runs there. */
export interface RemoteReader {
  answered(facts: RemoteFacts): void;
  line(text: string): void;
  errorLine(text: string): void;
}

/** How it ended on one machine. */
export type RemoteEnd =
  | { readonly kind: "ended"; readonly code: number }
  | { readonly kind: "no tsm" }
  | { readonly kind: "unreachable" | "lost"; readonly reason: string }
  | { readonly kind: "silent"; readonly seconds: number; readonly hasAnswered: boolean };

/**
 * Runs a script by `sh` on another machine, over the user's own `ssh`.
 *
 * @param host A name that {@linkcode hostNames} has checked.
 * @param signal Ends it.
 * @throws {Deno.errors.NotFound} if there is no ssh.
 * @throws what the reader throws.
 */
export async function runOverSsh(
  host: string,
  script: string,
  limits: RemoteLimits,
  reader: RemoteReader,
  signal: AbortSignal,
): Promise<RemoteEnd> {
  signal.throwIfAborted();
  await using ssh = startSsh(host);
  const abort = () => ssh.kill();
  signal.addEventListener("abort", abort);
  let facts: RemoteFacts | "none" | undefined;
  let early: string[] = [];
  let exceeded: number | undefined;
  const limit = (milliseconds: number) =>
    setTimeout(() => {
      exceeded = milliseconds;
      ssh.kill();
    }, milliseconds);
  const answerTimer = limit(limits.answer);
  const endTimer = limits.end === undefined ? undefined : limit(limits.end);
  const onLine = (line: string) => {
    if (facts !== undefined) {
      if (facts !== "none") reader.line(line);
      return;
    }
    facts = readFacts(line);
    if (facts === undefined) return;
    clearTimeout(answerTimer);
    if (facts !== "none") reader.answered(facts);
    for (const error of early) reader.errorLine(error);
    early = [];
  };
  const onErrorLine = (line: string) => {
    if (facts !== undefined) reader.errorLine(line);
    else if (early.length < MAX_EARLY_LINES && line.trim() !== "") early.push(line.trim());
  };
  try {
    const code = await ssh.run(script, onLine, onErrorLine);
    if (exceeded !== undefined) {
      return { kind: "silent", seconds: exceeded / 1000, hasAnswered: facts !== undefined };
    }
    if (facts === "none") return { kind: "no tsm" };
    if (facts === undefined) {
      const reason = early.pop() ?? `ssh ended with code ${code}`;
      for (const error of early) reader.errorLine(error);
      return { kind: "unreachable", reason };
    }
    if (code === SSH_FAILED) return { kind: "lost", reason: "the connection is lost" };
    return { kind: "ended", code };
  } finally {
    clearTimeout(answerTimer);
    clearTimeout(endTimer);
    signal.removeEventListener("abort", abort);
  }
}

interface Ssh extends AsyncDisposable {
  /** Hands the script over and reads what comes back; gives the exit code of ssh. */
  run(
    script: string,
    onLine: (line: string) => void,
    onErrorLine: (line: string) => void,
  ): Promise<number>;
  kill(): void;
}

function startSsh(host: string): Ssh {
  const child = spawnSsh(host);
  const [out, err] = [child.stdout.getReader(), child.stderr.getReader()];
  const kill = () => {
    try {
      child.kill("SIGTERM");
    } catch {
      // It has ended.
    }
    // Whoever else holds the other end of these, it is not waited for.
    for (const stream of [out, err]) stream.cancel().catch(() => {});
  };
  return {
    async run(script, onLine, onErrorLine) {
      // An ssh that has ended already reads nothing; its exit tells why.
      new Response(script).body!.pipeTo(child.stdin).catch(() => {});
      const errors = readLines(err, onErrorLine);
      // Awaited below; what it throws before that is no unhandled rejection.
      errors.catch(() => {});
      await readLines(out, onLine);
      const { code } = await child.status;
      await settlesWithin(errors, LAST_ERRORS);
      return code;
    },
    kill,
    async [Symbol.asyncDispose]() {
      kill();
      await child.status;
    },
  };
}

function spawnSsh(host: string): Deno.ChildProcess {
  try {
    return new Deno.Command("ssh", {
      args: [...OPTIONS, "--", host, "sh"],
      // As the user has it: a ProxyCommand may need the variables that tsm removes for itself.
      env: { ...givenEnvironment() },
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Deno.errors.NotFound(
      `Cannot reach ${host}: there is no program 'ssh' on the PATH; on Debian and Ubuntu, ` +
        "'apt install openssh-client' brings it",
    );
  }
}
