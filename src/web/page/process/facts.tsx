import type { ComponentChildren } from "preact";
import type { ProcessDescription, ProcessRow } from "../connection/answers.ts";
import { formatCpu, formatDuration, formatMemory, formatTime } from "../parts/format.ts";

/** Facts that stand for what somebody has typed. */
const CODE: ReadonlySet<string> = new Set(["Command", "Directory"]);

/** What one wants to know of a process first. */
export function Facts({ row, described }: {
  readonly row: ProcessRow;
  readonly described: ProcessDescription | undefined;
}) {
  const { pid, port, start_time, retry_at, reason, health, command, cwd } = row;
  const facts: readonly (readonly [string, ComponentChildren])[] = [
    ["Command", command],
    ["Directory", cwd],
    ...pid === null ? [] : [["PID", pid] as const],
    ...port === null ? [] : [["Port", port] as const],
    ...pid === null || start_time === null
      ? []
      : [["Up for", formatDuration(Date.now() / 1000 - start_time)] as const],
    ["Restarts", row.restarts],
    ...row.cpu === null ? [] : [["CPU", formatCpu(row.cpu)] as const],
    ...row.mem === null ? [] : [["Memory", formatMemory(row.mem)] as const],
    ...retry_at === undefined ? [] : [["Next try", formatTime(retry_at)] as const],
    ...reason === undefined ? [] : [["Reason", reason] as const],
    ...health === null ? [] : [["Health", healthText(health)] as const],
  ];
  const errors = described?.last_errors ?? [];
  return (
    <>
      <dl class="facts">
        {facts.map(([term, text]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{CODE.has(term) ? <code>{text}</code> : text}</dd>
          </div>
        ))}
      </dl>
      {errors.length > 0 && row.status !== "online" && (
        <details class="errors" open>
          <summary>Last error</summary>
          <pre tabIndex={0} aria-label="Last error">{errors.join("\n")}</pre>
        </details>
      )}
    </>
  );
}

function healthText({ status, reason, failures, checked_at }: NonNullable<ProcessRow["health"]>) {
  const checked = checked_at === null ? "" : `, checked ${formatTime(checked_at)}`;
  if (status === "healthy") return `healthy${checked}`;
  const why = reason === null ? "" : `: ${reason}`;
  return `${status}${failures > 0 ? `, ${failures} in a row` : ""}${why}${checked}`;
}
