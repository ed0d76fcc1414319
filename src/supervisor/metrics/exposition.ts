/**
 * The text in which metrics are handed to Prometheus and its like.
 *
 * Formats: OpenMetrics 1.0, and for a scraper that does not ask for it the older Prometheus text
 * format 0.0.4. They differ in the names of counters and in the end.
 *
 * @module
 */

/** A value with the labels that tell it from others of its family. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** All values of one kind. */
export interface MetricFamily {
  /** Without the `_total` of counters. */
  readonly name: string;
  readonly type: "gauge" | "counter";
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** A text and what it is. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/**
 * Puts metrics into text.
 *
 * @param accept The `Accept` header of whoever asks.
 */
export function expose(families: readonly MetricFamily[], accept: string | null): Exposition {
  // A client that accepts anything gets OpenMetrics; a scraper that does not know it names what it
  // accepts.
  const isOpen = accept === null || /openmetrics-text|\*\/\*/.test(accept) &&
      !/^text\/plain/.test(accept);
  const blocks = families.map(({ name, type, help, samples }) => {
    const full = type === "counter" ? `${name}_total` : name;
    const family = isOpen ? name : full;
    return [
      `# HELP ${family} ${escape(help)}`,
      `# TYPE ${family} ${type}`,
      ...samples.map(({ labels, value }) => `${full}${formatLabels(labels)} ${value}`),
    ].join("\n") + "\n";
  });
  return isOpen
    ? {
      contentType: "application/openmetrics-text; version=1.0.0; charset=utf-8",
      text: `${blocks.join("")}# EOF\n`,
    }
    : { contentType: "text/plain; version=0.0.4; charset=utf-8", text: blocks.join("") };
}

function formatLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escape(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(",")}}` : "";
}

function escape(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}
