import { assert, assertEquals } from "@std/assert";
import { MetricParser } from "../../src/db/metric_parser.ts";
import { fc } from "../seed.ts";

const encoder = new TextEncoder();
/** Behind a line that is read from its bytes there are others. */
const MORE = " ".repeat(1000);

function usual(parser: MetricParser, line: string): number {
  return parser.parseUsual(encoder.encode(`${line}\n${MORE}`), 0);
}

function parse(parser: MetricParser, line: string): string | undefined {
  const bytes = encoder.encode(line);
  return parser.parse(bytes, 0, bytes.length);
}

function fieldsOf({ time, process, names, cpu, mem, cpuMax, memMax }: MetricParser) {
  return { time, name: names[process], cpu, mem, cpu_max: cpuMax, mem_max: memMax };
}

const amount = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 40 }),
  fc.integer({ min: 0, max: 1_000_000 }).map((tenths) => tenths / 10),
);
const line = fc.record({
  time: fc.integer({ min: 0, max: 4_000_000_000 }),
  name: fc.constantFrom("api", "web-3000", "a.b_c-9"),
  cpu: amount,
  mem: amount,
  cpu_max: amount,
  mem_max: amount,
}, { noNullPrototype: true });

Deno.test("lines read from their bytes are what JSON.parse makes of them", () => {
  const parser = new MetricParser();
  fc.assert(fc.property(line, (value) => {
    const text = JSON.stringify(value);
    assertEquals(usual(parser, text), text.length);
    assertEquals(fieldsOf(parser), value);
    assertEquals(parse(parser, text), undefined);
    assertEquals(fieldsOf(parser), value);
  }));
});

Deno.test("a line with anything changed is read as JSON has it, or not at all", () => {
  const parser = new MetricParser();
  fc.assert(
    fc.property(line, fc.nat(200), fc.constantFrom(...'0a"{}[],:.-\\ e\0'), (value, at, by) => {
      const text = JSON.stringify(value);
      const changed = text.slice(0, at) + by + text.slice(at + 1);
      if (usual(parser, changed) === -1) return;
      assertEquals(fieldsOf(parser), JSON.parse(changed));
    }),
    { numRuns: 2000 },
  );
});

const LINE = '{"time":1,"name":"api","cpu":2.5,"mem":3,"cpu_max":4,"mem_max":5}';

for (
  const [text, problem] of [
    [LINE, undefined],
    ['{"time":1,"name":"api","cpu":2.5,"mem":3}', undefined],
    [LINE.slice(0, -1), "damaged"],
    [LINE.replace("2.5", "2.5.5"), "damaged"],
    [LINE.replace("2.5", "2."), "damaged"],
    [LINE.replace("2.5", "-2.5"), "foreign"],
    [LINE.replace("api", "../api"), "foreign"],
    [LINE.replace('"mem":3', '"mem":null'), "foreign"],
    ["null", "foreign"],
  ] as const
) {
  Deno.test(`the line ${text} is ${problem ?? "fine"}`, () => {
    assertEquals(parse(new MetricParser(), text), problem);
    assertEquals(usual(new MetricParser(), text) === -1, text !== LINE);
  });
}

Deno.test("names are told apart, whatever order they come in", () => {
  const parser = new MetricParser();
  const names = ["a", "ab", "a", "b", "ab", "ab", "b"];
  const told = names.map((name) => {
    assert(usual(parser, LINE.replace("api", name)) > 0);
    return parser.names[parser.process];
  });
  assertEquals([told, parser.names], [names, ["a", "ab", "b"]]);
});
