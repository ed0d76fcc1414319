import type { HistoryEntry } from "../connection/answers.ts";
import { formatDuration, formatTime } from "../parts/format.ts";
import { useLoaded } from "../parts/use_api.ts";
import { processPath } from "../parts/process_path.ts";

/** Entries that are shown. */
const SHOWN = 500;

const BAD: ReadonlySet<string> = new Set(["crash", "errored", "unhealthy", "watchdog", "memory"]);
const GOOD: ReadonlySet<string> = new Set(["start", "online", "ready", "restart", "adopt"]);

/**
 * What happened to a process, the newest first.
 *
 * @param changed Another text whenever something has happened to it.
 */
export function HistoryView(
  { name, changed }: { readonly name: string; readonly changed: string },
) {
  const { value, problem } = useLoaded(
    (api) => api.get<{ history: readonly HistoryEntry[] }>(`${processPath(name)}/history`),
    `${name} ${changed}`,
  );
  if (value === undefined) return <p class="empty">{problem ?? "Loading …"}</p>;
  const entries = value.history.slice(-SHOWN).toReversed();
  if (entries.length === 0) return <p class="empty">Nothing has happened to it yet.</p>;
  return (
    <ol class="timeline" aria-label={`History of ${name}, the newest first`}>
      {entries.map((entry, index) => (
        <li key={value.history.length - index} class={moodOfEvent(entry.event)}>
          <time dateTime={new Date(entry.time * 1000).toISOString()}>{formatTime(entry.time)}</time>
          <strong>{entry.event}</strong>
          <span>{detailOf(entry)}</span>
        </li>
      ))}
    </ol>
  );
}

function moodOfEvent(event: string): string {
  return BAD.has(event) ? "bad" : GOOD.has(event) ? "good" : "calm";
}

function detailOf({ exit_code, exit_signal, uptime, pid, reason }: HistoryEntry): string {
  const parts = [
    exit_signal ?? (exit_code === undefined ? undefined : `exit code ${exit_code}`),
    uptime === undefined ? undefined : `after ${formatDuration(uptime)}`,
    reason,
    pid == null ? undefined : `pid ${pid}`,
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}
