import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Description } from "../../../src/views/describe_process.ts";
import { descriptionLines } from "../../../src/cli/describe/description_lines.ts";
import { uptimeText } from "../../../src/cli/ls/columns.ts";
import { nextSteps } from "../../../src/cli/describe/next_steps.ts";
import { STATUSES } from "../../../src/meta/status.ts";
import { checkSpec } from "../../../src/meta/spec.ts";
import { makeMeta } from "../../meta/make_meta.ts";

const PLAIN = { color: false, available: Infinity, zone: "UTC", isWhole: false } as const;
const WHOLE = { ...PLAIN, isWhole: true };

function describe(changes: Partial<Description> = {}): Description {
  return {
    meta: makeMeta({ name: "api-3000" }),
    spec: checkSpec({
      command: "node a.js",
      argv: ["node", "a.js"],
      cwd: "/srv",
      kill_timeout: 9000,
    }),
    stats: { cpu: 1.5, mem: 2048, processes: 1 },
    health: undefined,
    directory: "/r/runtime/processes/api-3000",
    files: [{ name: "api-3000.pid", size: null }, { name: "current.out", size: 2048 }],
    history: [],
    lastErrors: [],
    logProblems: {},
    ...changes,
  };
}

Deno.test("every policy is told, and one that differs from the default is marked, with the default", () => {
  const lines = descriptionLines(describe(), WHOLE);
  assert(lines.includes("* kill_timeout          9s (5s)"), lines.join("\n"));
  assert(lines.includes("  max_restarts          16"));
  assert(lines.includes("  depends_on            none"));
});

Deno.test("unless all are asked for, only policies that differ from the default are told", () => {
  const spec = checkSpec({
    ...{ command: "node a.js", argv: ["node", "a.js"], cwd: "/srv" },
    hooks: { pre_start: "make all", timeout: 1500 },
  });
  const lines = descriptionLines(describe({ spec }), PLAIN);
  const policy = lines.slice(lines.findIndex((line) => line.startsWith("Policy")) + 1);
  assertEquals(policy[0], '* hooks                 pre_start="make all" timeout=1500ms (none)');
  assertMatch(policy[1]!, /^ {2}\d+ more have their default; 'describe --all' shows them$/);
});

Deno.test("in a terminal policies stand side by side, none is lost, and no line is too long", () => {
  const piped = descriptionLines(describe(), WHOLE);
  const shown = descriptionLines(describe(), { ...WHOLE, available: 100 });
  assert(shown.length < piped.length);
  for (const line of piped.filter((line) => line.startsWith("  log_"))) {
    assertStringIncludes(shown.join("\n"), line.trim());
  }
  assert(shown.every((line) => line.length <= 100));
});

Deno.test("it says why a process ended, when, and after how long", () => {
  const now = Math.floor(Date.now() / 1000);
  const lines = descriptionLines(
    describe({
      meta: makeMeta({ name: "api-3000", status: "errored", reason: "exited with code 3" }),
      history: [
        {
          time: now - 120,
          event: "crash",
          name: "api-3000",
          uptime: 7,
          reason: "exited with code 3",
        },
        { time: now - 120, event: "errored", name: "api-3000" },
      ],
    }),
    PLAIN,
  );
  assert(lines.includes("  because      exited with code 3 (2m ago, after 7s)"), lines.join("\n"));
});

Deno.test("a handful of rotated logs is listed, more are told in one line with their size", () => {
  const rotated = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      name: `2024-10-1${index}-00.out.gz`,
      size: 1024,
    }));
  const few = descriptionLines(describe({ files: rotated(4) }), PLAIN).join("\n");
  assertStringIncludes(few, "2024-10-13-00.out.gz  1.0K");
  const many = descriptionLines(describe({ files: rotated(6) }), PLAIN).join("\n");
  assertStringIncludes(many, "6 rotated logs of 2024-10-10 to 2024-10-15  6.0K");
  assert(!many.includes("2024-10-13-00"));
});

Deno.test("what a process wrote cannot write to the terminal", () => {
  const lines = descriptionLines(describe({ lastErrors: ["\x1b[2Jgone\x07"] }), PLAIN);
  assert(lines.includes("  ^[[2Jgone^G"), lines.join("\n"));
});

Deno.test("'describe' and 'ls' agree which statuses are up", () => {
  for (const status of [...STATUSES, "dead" as const]) {
    const meta = { ...makeMeta({ start_time: Math.floor(Date.now() / 1000) - 60 }), status };
    const isUpInDescription = descriptionLines(describe({ meta }), PLAIN)
      .some((line) => line.startsWith("  uptime "));
    assertEquals(isUpInDescription, uptimeText(meta) !== "-", status);
  }
});

Deno.test("every state has two or three commands that make sense next", () => {
  for (const status of [...STATUSES, "dead" as const]) {
    const steps = nextSteps({ name: "api", status });
    assert(steps.length >= 2 && steps.length <= 3);
    assertEquals(new Set(steps.map(({ command }) => command)).size, steps.length);
  }
});
