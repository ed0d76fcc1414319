import type { MetricLine } from "../../src/db/metrics_writer.ts";
import { dayPath, historyPath, type RuntimeRoot } from "../../src/root.ts";

/** Writes an entry a line to the history of `name`, as it is given. */
export function writeHistory(
  root: RuntimeRoot,
  name: string,
  entries: readonly Readonly<Record<string, unknown>>[],
): void {
  const lines = entries.map(({ time, event, ...detail }) =>
    `${JSON.stringify({ time, event, name, ...detail })}\n`
  );
  Deno.writeTextFileSync(historyPath(root, name), lines.join(""));
}

/** Writes lines of metrics to the files of their days, in the order they are given. */
export function writeMetrics(root: RuntimeRoot, lines: readonly MetricLine[]): void {
  const byPath = new Map<string, string[]>();
  for (const line of lines) {
    const path = dayPath(root.metrics, new Date(line.time * 1000));
    const texts = byPath.get(path) ?? [];
    byPath.set(path, texts);
    texts.push(`${JSON.stringify(line)}\n`);
  }
  for (const [path, texts] of byPath) {
    Deno.writeTextFileSync(path, texts.join(""), { append: true });
  }
}

/** A line of metrics a minute from `since` on, before `until`, epoch seconds. */
export function minutes(
  name: string,
  since: number,
  until: number,
  use: (time: number) => { readonly cpu?: number; readonly mem?: number } = () => ({}),
): MetricLine[] {
  const lines: MetricLine[] = [];
  for (let time = Math.ceil(since / 60) * 60; time < until; time += 60) {
    const { cpu = 1, mem = 1000 } = use(time);
    lines.push({ time, name, cpu, mem, cpu_max: cpu, mem_max: mem });
  }
  return lines;
}
