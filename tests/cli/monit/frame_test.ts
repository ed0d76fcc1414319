import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { frame } from "../../../src/cli/monit/frame.ts";
import { plainLine } from "../../../src/cli/monit/line.ts";
import { SIGNS } from "../../../src/cli/monit/signs.ts";
import type { MonitState, View } from "../../../src/cli/monit/state.ts";
import type { Listed } from "../../../src/cli/ls/columns.ts";
import { UNICODE_MEASURE } from "../../../src/cli/output/unicode_measure.ts";
import { makeRow, makeState } from "./make_state.ts";

const SIZES = [[80, 24], [200, 60], [40, 12], [20, 5], [10, 3], [7, 1]] as const;

const STATUSES = Object.keys(SIGNS) as Listed["status"][];

const MANY = makeState(
  Array.from({ length: 30 }, (_, index) =>
    makeRow({
      tsm_id: index + 1,
      name: index === 3 ? "a-name-as-long-as-names-may-be-".repeat(2) : `svc-${index + 1}`,
      command: index === 4 ? "漢字 🚀\n\x1b[2J" : "node server.js",
      status: STATUSES[index % STATUSES.length]!,
      stats: { cpu: index * 1.5, mem: index * 2048, processes: 1 },
    })),
  {
    log: [
      { stream: "out", text: "listening on 3000" },
      { stream: "err", text: `漢字 ${"long ".repeat(50)}\x1b[2J\ttail` },
    ],
    description: ["svc-1", "  status       online"],
  },
);

function plain(state: MonitState, columns: number, rows: number): string[] {
  return frame(state, { columns, rows }).map(plainLine);
}

for (const [columns, rows] of SIZES) {
  Deno.test(`every view has ${rows} lines, none wider than ${columns} columns, on such a screen`, () => {
    for (const view of ["processes", "log", "describe", "help"] satisfies View[]) {
      for (
        const changes of [
          {},
          { filter: "svc-2" },
          { prompt: { kind: "stop", name: "svc-1" } },
          { prompt: { kind: "filter" }, filter: "no such" },
          { notice: "Restarted svc-1 ".repeat(20) },
        ] satisfies Partial<MonitState>[]
      ) {
        const lines = frame({ ...MANY, view, ...changes }, { columns, rows });
        assertEquals(lines.length, rows);
        for (const spans of lines) {
          const text = spans.map((span) => span.text).join("");
          assert(UNICODE_MEASURE.width(text) <= columns, `${view}: '${text}'`);
          assert(!/\p{Cc}/u.test(text), `${view}: control characters in '${text}'`);
        }
      }
    }
  });
}

Deno.test("each status has a sign of its own, beside its colour", () => {
  assertEquals(new Set(Object.values(SIGNS)).size, STATUSES.length);
  const text = plain(MANY, 80, 60).join("\n");
  for (const status of STATUSES) assertStringIncludes(text, SIGNS[status]);
});

Deno.test("a row shows what is used now and lately, restarts and uptime", () => {
  const row = makeRow({
    name: "api",
    restarts: 3,
    // In clock ticks of a hundredth of a second since the machine began to run.
    pid_start: (Deno.osUptime() - 7300) * 100,
    stats: { cpu: 12.5, mem: 50 * 1024, processes: 2 },
  });
  const lines = plain(makeState([row]), 80, 24);
  assertMatch(lines[3]!, /^▶● +1 api +12\.5 +▁▅█ +50\.0M +▃▅█ +3 +2h online +12345 4000$/);
});

Deno.test("the machine is on top, with as much as there is room for", () => {
  const at = (columns: number) => plain(makeState([]), columns, 10)[0]!;
  assertMatch(at(120), /^tsm monit {2}\/srv\/tsm +load 0\.50 0\.40 0\.30 of 4 cores/);
  assertMatch(
    at(80),
    /^tsm monit {2}\/srv\/tsm +load 0\.50 0\.40 0\.30 .*mem 2\.0G of 8\.0G +up 2h$/,
  );
  assertMatch(at(40), /^tsm monit +load 0\.50 +mem 25% +up 2h$/);
});

Deno.test("columns are left out in their order as the screen gets narrower, signs and names never", () => {
  const row = makeRow({
    name: "customer-services",
    start_time: Date.now() / 1000,
    stats: { cpu: 1, mem: 1, processes: 1 },
  });
  const header = (columns: number) => plain(makeState([row]), columns, 24)[2]!;
  assertMatch(header(200), /ID +Name +CPU% +Memory +Rst +Up +Status +PID +Port +Command$/);
  assertMatch(header(60), /ID +Name +CPU% +Memory +Rst +Up +Status$/);
  assertMatch(header(40), /ID +Name +CPU% +Memory +Rst +Up$/);
  assertMatch(header(30), /ID +Name +CPU% +Memory$/);
});

Deno.test("the selected process is in sight, wherever it is in the list", () => {
  for (const { meta: { name } } of MANY.rows) {
    const lines = plain({ ...MANY, selected: name }, 80, 12);
    assertEquals(lines.filter((text) => text.startsWith("▶")).length, 1, name);
    assertStringIncludes(lines.join("\n"), `log of ${name}`.slice(0, 70));
  }
});

Deno.test("the log of the selected process is below the table, its last lines last", () => {
  const log = Array.from({ length: 100 }, (_, index) => ({
    stream: "out" as const,
    text: `line ${index}`,
  }));
  const lines = plain({ ...MANY, log }, 80, 24);
  assertEquals(lines.at(-2), "line 99");
  assertEquals(plain({ ...MANY, log, view: "log", scroll: 10 }, 80, 24).at(-2), "line 89");
});

Deno.test("before a process is stopped its name is asked about, also where there is little room", () => {
  const prompt = { kind: "stop", name: "svc-1" } as const;
  assertStringIncludes(
    plain({ ...MANY, prompt }, 80, 24).at(-1)!,
    "Stop svc-1?  y: yes, and remove it",
  );
  assertEquals(plain({ ...MANY, prompt }, 40, 12).at(-1), "Stop svc-1? y/k(eep)/n");
});

Deno.test("where nothing runs, or no name matches, it says what to do", () => {
  assertStringIncludes(plain(makeState([]), 80, 24).join("\n"), 'tsm start "node server.js"');
  assertStringIncludes(plain({ ...MANY, filter: "x9" }, 80, 24).join("\n"), "Esc shows all");
});

Deno.test("without a supervisor it says so", () => {
  assertStringIncludes(plain(makeState([], { isSupervised: false }), 80, 24)[1]!, "no supervisor");
});

Deno.test("it says how much there is below the end of the screen", () => {
  const more = (lines: readonly string[]) =>
    lines.filter((line) => /\d+ more( below)?\b/.test(line));
  assertMatch(more(plain({ ...MANY, selected: "svc-1" }, 80, 24))[0] ?? "", / ↓ \d+ more$/);
  const last = { ...MANY, selected: "svc-30" };
  assertEquals(more(plain(last, 80, 24)), []);
  assertEquals(more(plain(MANY, 200, 200)), []);
  const description = Array.from({ length: 50 }, (_, index) => `line ${index}`);
  const shown = plain({ ...MANY, view: "describe", description, scroll: 10 }, 80, 24);
  assertMatch(more(shown)[0] ?? "", /^── describe .*, 20 more below ─/);
});
