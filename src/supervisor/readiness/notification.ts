import { DAY } from "../../settings/table/value_type.ts";

/** What a process says of itself on its notify socket. */
export interface Notification {
  readonly ready: boolean;
  readonly reloading: boolean;
  readonly stopping: boolean;
  /** What it is doing, for people; empty: nothing to tell any more. */
  readonly status?: string;
  /** The number of the error that makes it fail. */
  readonly errno?: number;
  /** `alive`: its watchdog begins to count anew; `trigger`: it asks to be restarted. */
  readonly watchdog?: "alive" | "trigger";
  /** Its watchdog's time from now on, in milliseconds. */
  readonly watchdogTime?: number;
  /** It needs so long more for what it is about, its start or its end: milliseconds, up to a day. */
  readonly extension?: number;
}

/** Bytes that a datagram may have, as many as systemd reads. */
export const MAX_NOTIFICATION = 4096;

/** Characters that are kept of a status. */
const MAX_STATUS = 200;

/**
 * Reads one datagram of sd_notify(3): lines `NAME=value`. What this version does not know, or is
 * no such line, means nothing, as in systemd.
 *
 * Source of the format: https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html
 *
 * @example
 * ```ts
 * import { parseNotification } from "./notification.ts";
 *
 * const datagram = new TextEncoder().encode("READY=1\nSTATUS=Serving on port 3000");
 * console.log(parseNotification(datagram).ready); // true
 * ```
 */
export function parseNotification(datagram: Uint8Array): Notification {
  const fields = new Map(
    new TextDecoder().decode(datagram).split("\n").map((line): [string, string] => {
      const equals = line.indexOf("=");
      return equals < 1 ? ["", ""] : [line.slice(0, equals), line.slice(equals + 1)];
    }),
  );
  const isSet = (name: string) => fields.get(name) === "1";
  const status = fields.get("STATUS");
  const errno = wholeOf(fields.get("ERRNO"));
  const watchdog = WATCHDOG_WORDS.get(fields.get("WATCHDOG") ?? "");
  const watchdogTime = wholeOf(fields.get("WATCHDOG_USEC"));
  const extension = wholeOf(fields.get("EXTEND_TIMEOUT_USEC"));
  return {
    ready: isSet("READY"),
    reloading: isSet("RELOADING"),
    stopping: isSet("STOPPING"),
    ...status === undefined ? {} : { status: [...status].slice(0, MAX_STATUS).join("") },
    ...errno === undefined ? {} : { errno },
    ...watchdog === undefined ? {} : { watchdog },
    ...watchdogTime === undefined ? {} : { watchdogTime: Math.ceil(watchdogTime / 1000) },
    ...extension === undefined ? {} : { extension: Math.min(Math.ceil(extension / 1000), DAY) },
  };
}

const WATCHDOG_WORDS = new Map([["1", "alive"], ["trigger", "trigger"]] as const) as ReadonlyMap<
  string,
  "alive" | "trigger"
>;

function wholeOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}
