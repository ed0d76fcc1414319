import { assertEquals } from "@std/assert";
import { expose, type MetricFamily } from "../../../src/supervisor/metrics/exposition.ts";

const FAMILIES: readonly MetricFamily[] = [
  {
    name: "tsm_x",
    type: "counter",
    help: "Back \\ slash.",
    samples: [{ labels: { name: 'a"b\nc' }, value: 1.5 }, { labels: {}, value: 0 }],
  },
];

const OPEN = `# HELP tsm_x Back \\\\ slash.
# TYPE tsm_x counter
tsm_x_total{name="a\\"b\\nc"} 1.5
tsm_x_total 0
# EOF
`;

for (const accept of [null, "*/*", "application/openmetrics-text;version=1.0.0,text/plain;q=0.3"]) {
  Deno.test(`who accepts ${accept} gets OpenMetrics`, () => {
    const { text, contentType } = expose(FAMILIES, accept);
    assertEquals(text, OPEN);
    assertEquals(contentType, "application/openmetrics-text; version=1.0.0; charset=utf-8");
  });
}

Deno.test("who asks for plain text gets the format of Prometheus, where counters end in _total", () => {
  const { text, contentType } = expose(FAMILIES, "text/plain;version=0.0.4;q=1,*/*;q=0.1");
  assertEquals(text, OPEN.replaceAll(/^(# \w+ tsm_x)/gm, "$1_total").replace("# EOF\n", ""));
  assertEquals(contentType, "text/plain; version=0.0.4; charset=utf-8");
});
