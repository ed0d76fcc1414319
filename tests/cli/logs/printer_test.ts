import { assertEquals } from "@std/assert";
import type { Context } from "../../../src/cli/context.ts";
import { ALL_LINES } from "../../../src/logs/lines/line_filter.ts";
import { LogPrinter } from "../../../src/cli/logs/printer.ts";
import type { SourceLine } from "../../../src/logs/lines/source.ts";

function print(names: readonly string[]): string {
  const context = { color: false, json: false } as Context;
  const printer = new LogPrinter(context, {
    streams: ["out"],
    follow: false,
    lines: 15,
    since: undefined,
    until: undefined,
    filter: ALL_LINES,
    highlight: [],
    raw: false,
    time: false,
    json: false,
    isPlain: true,
  });
  printer.label(names);
  const bytes = new TextEncoder().encode("up");
  let printed = "";
  printer.print(
    names.map((name) =>
      ({
        source: { name, stream: "out" },
        line: { bytes, isEnded: true, after: 0, by: 0 },
        text: "up",
        by: 0,
      }) as unknown as SourceLine
    ),
    {
      writeSync(bytes) {
        printed += new TextDecoder().decode(bytes);
        return bytes.length;
      },
    },
  );
  return printed;
}

Deno.test("the names before lines have one width, and of a long one the end is shown", () => {
  assertEquals(print(["api", "worker-1"]), "api      | up\nworker-1 | up\n");
  assertEquals(
    print(["api", "customer-service-of-the-shop-3001"]),
    "api                      | up\n…ervice-of-the-shop-3001 | up\n",
  );
});
