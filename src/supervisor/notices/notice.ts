import type { EventDetail } from "../../db/record_events.ts";
import type { NotifiableEvent } from "../../event_table.ts";
import { oneLine } from "../../printable.ts";
import type { Environment } from "../../program/environment.ts";

/** Something that a command is to be told of. */
export interface Notice {
  /** `summary`: of what happened beyond the limit; `test`: somebody tries the command. */
  readonly event: NotifiableEvent | "summary" | "test";
  /** A process's full name; `null`: the supervisor, or several processes. */
  readonly name: string | null;
  /** Epoch seconds. */
  readonly time: number;
  readonly detail: EventDetail;
  /** Of a summary: how often each event happened, of whom, and since when, epoch seconds. */
  readonly counts?: Readonly<Record<string, number>>;
  readonly names?: readonly string[];
  readonly since?: number;
}

/** Characters of a reason that are handed over in a variable: the kernel takes no endless ones. */
const MAX_TEXT = 2000;

/** The notice as a sentence for people, in one line and without control characters. */
export function noticeText(
  { event, name, detail, counts, names = [] }: Notice,
  host: string,
): string {
  const told = counts === undefined
    ? [event, detail.reason]
    : [Object.entries(counts).map(([event, count]) => `${count} × ${event}`).join(", ")];
  const whose = name ?? (names.length > 0 ? names.join(", ") : "tsm");
  const text = [`[${host}] ${whose}`, ...told.filter((part) => part !== undefined)].join(": ");
  return oneLine(text).slice(0, MAX_TEXT);
}

/** The notice as a line of JSON, which its command reads from its standard input. */
export function noticeJson(notice: Notice, { root, host }: NoticePlace): string {
  const { event, name, time, detail, counts, names, since } = notice;
  const text = noticeText(notice, host);
  // No more than that: the line that starts a process anew may hold what is nobody else's business.
  const { reason, pid, exit_code, exit_signal, uptime } = detail;
  const told = { reason, pid, exit_code, exit_signal, uptime, counts, names, since };
  return `${JSON.stringify({ event, name, time, host, root, text, ...told })}\n`;
}

/** Where something happened. */
export interface NoticePlace {
  /** The absolute path of the root. */
  readonly root: string;
  /** The name of the machine. */
  readonly host: string;
}

/** The variables of its command; what there is none of is empty. */
export function noticeVariables(notice: Notice, { root, host }: NoticePlace): Environment {
  const { event, name, time, detail, counts = {} } = notice;
  const text = (value: string | number | null | undefined) => String(value ?? "");
  return {
    TSM_ROOT: root,
    TSM_EVENT: event,
    TSM_NAME: text(name),
    TSM_TIME: text(time),
    TSM_HOST: host,
    TSM_TEXT: noticeText(notice, host),
    TSM_REASON: oneLine(text(detail.reason)).slice(0, MAX_TEXT),
    TSM_PID: text(detail.pid),
    TSM_EXIT_CODE: text(detail.exit_code),
    TSM_EXIT_SIGNAL: text(detail.exit_signal),
    TSM_UPTIME: text(detail.uptime),
    TSM_COUNT: text(Object.values(counts).reduce((sum, count) => sum + count, 0) || undefined),
  };
}
