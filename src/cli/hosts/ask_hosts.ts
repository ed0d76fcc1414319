import { Places } from "../../async/places.ts";
import { VERSION } from "../../version.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit_code.ts";
import { formatDuration } from "../output/duration.ts";
import type { RemoteFacts } from "./remote_script.ts";
import { type RemoteEnd, type RemoteLimits, runOverSsh } from "./run_over_ssh.ts";

/** How many machines are asked at the same time, where their answers end. */
const AT_ONCE = 16;
/** Milliseconds after which it is told who is waited for. */
const NOTICE = 1000;
/** More names than these are only counted. */
const MAX_NAMED = 5;

/** The signals that end a command, and their numbers. */
const FATAL = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** What the machines are asked, and who takes the answers. */
export interface Question {
  readonly hosts: readonly string[];
  /** What `sh` is to do there. */
  readonly script: string;
  readonly limits: RemoteLimits;
  /** Where tsm is looked for there, for a message. */
  readonly program: string;
  /** Told each line of a machine's standard output. */
  onLine(host: string, line: string, facts: RemoteFacts): void;
  /** Told that it has ended on a machine, however it has. */
  onEnd?(host: string): void;
  /** When this is fulfilled, the answers are wanted no more. */
  readonly until?: Promise<void>;
}

/**
 * Asks machines at the same time, and tells on standard error what they say there, which of them do
 * not answer, and which have another version. However it ends, no ssh is left.
 *
 * @returns how it ended on each, in the order of the question; nothing where that was not awaited.
 * @throws {Deno.errors.NotFound} if there is no ssh.
 * @throws what who takes the lines throws.
 */
export async function askHosts(
  context: Context,
  question: Question,
): Promise<readonly RemoteEnd[]> {
  const { hosts, script, limits, onLine, onEnd } = question;
  // What never ends is asked of all: the last ones would else never have their turn.
  const places = new Places(limits.end === undefined ? hosts.length : AT_ONCE);
  const controller = new AbortController();
  const silent = new Set(hosts);
  const notice = setTimeout(() => tellWaiting(context, [...silent]), NOTICE);
  const ask = async (host: string): Promise<RemoteEnd> => {
    using _place = await places.take();
    let facts: RemoteFacts | undefined;
    const end = await runOverSsh(host, script, limits, {
      answered(told) {
        facts = told;
        if (limits.end === undefined) silent.delete(host);
        tellVersion(context, host, told);
      },
      line: (line) => onLine(host, line, facts!),
      errorLine: (line) => context.warn(`${host}: ${line}`),
    }, controller.signal);
    silent.delete(host);
    onEnd?.(host);
    tellEnd(context, host, end, question.program);
    return end;
  };
  const wanted = question.until?.then(() => []);
  // Ctrl-C reaches each ssh by itself, a signal to this program alone does not.
  for (const [signal, number] of Object.entries(FATAL)) {
    Deno.addSignalListener(signal as keyof typeof FATAL, () => {
      controller.abort();
      Deno.exit(128 + number);
    });
  }
  try {
    const all = Promise.all(hosts.map(ask));
    return await (wanted ? Promise.race([all, wanted]) : all);
  } finally {
    clearTimeout(notice);
    controller.abort();
  }
}

/**
 * The exit code for a command that ran on several machines: what all of them say alike, else 1.
 * Whoever did not answer has failed.
 */
export function exitCodeOfAll(ends: readonly RemoteEnd[]): number {
  const codes = new Set(ends.map((end) => end.kind === "ended" ? end.code : EXIT.failed));
  const [code = EXIT.done] = codes;
  return codes.size <= 1 ? code : EXIT.failed;
}

function tellWaiting(context: Context, hosts: readonly string[]): void {
  if (hosts.length === 0 || context.quiet) return;
  const named = hosts.slice(0, MAX_NAMED).join(", ");
  const more = hosts.length > MAX_NAMED ? ` and ${hosts.length - MAX_NAMED} more` : "";
  context.warn(`tsm: waiting for ${named}${more}`);
}

function tellVersion(context: Context, host: string, { version }: RemoteFacts): void {
  if (version === VERSION || context.quiet) return;
  const has = version === undefined ? "a tsm that does not tell its version" : `tsm ${version}`;
  context.warn(
    `tsm: ${host} has ${has}, this is ${VERSION}: what it does not know is missing or refused`,
  );
}

function tellEnd(context: Context, host: string, end: RemoteEnd, program: string): void {
  switch (end.kind) {
    case "ended":
      // What went wrong there, it has said itself.
      return;
    case "no tsm":
      return context.warn(
        `tsm: ${host} has no ${program} for a command over ssh: install tsm there, or say where ` +
          "it is: TSM_REMOTE=/opt/tsm/bin/tsm",
      );
    case "unreachable":
      return context.warn(
        `tsm: ${host} does not answer: ${end.reason}; 'ssh ${host} true' must work without a question`,
      );
    case "lost":
      return context.warn(`tsm: ${host} did not end: ${end.reason}`);
    case "silent": {
      const after = formatDuration(end.seconds);
      return context.warn(
        end.hasAnswered
          ? `tsm: ${host} did not end within ${after}: it is no longer waited for; --timeout waits longer`
          : `tsm: ${host} does not answer: nothing came within ${after}`,
      );
    }
  }
}
