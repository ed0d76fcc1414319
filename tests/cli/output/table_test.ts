import { assert, assertEquals } from "@std/assert";
import { type Column, formatTable } from "../../../src/cli/output/table.ts";
import { UNICODE_MEASURE } from "../../../src/cli/output/unicode_measure.ts";

const COLUMNS: readonly Column[] = [
  { header: "ID", width: 2, gap: 2 },
  { header: "Name", width: 6 },
  { header: "Status", width: 3 },
];

Deno.test("rows are laid out under their headers and a rule", () => {
  assertEquals(formatTable(COLUMNS, [["1", "api", "online"], ["12", "web", "stopped"]], false), [
    "ID  Name   Status",
    "--  ------ -------",
    "1   api    online",
    "12  web    stopped",
  ]);
});

Deno.test("a cell that is too wide widens its column, and nothing is cut off", () => {
  assertEquals(formatTable(COLUMNS, [["1", "customer-service", "on"], ["1000", "a", "-"]], false), [
    "ID    Name             Status",
    "----  ---------------- ------",
    "1     customer-service on",
    "1000  a                -",
  ]);
});

Deno.test("no line ends with blanks, also where cells are empty or missing", () => {
  assertEquals(formatTable(COLUMNS, [["1", ""], ["2"], []], false).slice(2), ["1", "2", ""]);
});

Deno.test("colours change nothing about the widths, and are left out where there is to be none", () => {
  const rows = [["1", "api", { text: "online", color: "green" }] as const];
  const plain = formatTable(COLUMNS, rows, false);
  const colored = formatTable(COLUMNS, rows, true);
  assertEquals(plain.at(-1), "1   api    online");
  assertEquals(colored.at(-1), "1   api    \x1b[32monline\x1b[0m");
  assertEquals(plain.slice(0, 2), colored.slice(0, 2));
});

const FLEXIBLE: readonly Column[] = [
  { header: "ID", width: 2, gap: 2 },
  { header: "Name", width: 6, minimum: 8 },
  { header: "Command", width: 7, minimum: 7, drop: 1 },
];
const SERVICES = [["1", "customer-service", "node server.js"], ["2", "漢字", "🚀"]];

Deno.test("a table fits the terminal: names lose their middle, then columns go", () => {
  const at = (available: number) =>
    formatTable(FLEXIBLE, SERVICES, false, { available, measure: UNICODE_MEASURE });
  assertEquals(at(100)[2], "1   customer-service node server.js");
  for (const available of [14, 20, 24, 30, 34]) {
    for (const line of at(available)) assert(UNICODE_MEASURE.width(line) <= available, line);
  }
  assertEquals(at(18), [
    "ID  Name",
    "--  --------------",
    "1   custome…ervice",
    "2   漢字",
  ]);
});

Deno.test("wide characters and emoji are given the columns they take", () => {
  const rows = [["1", "漢字漢字", "x"], ["2", "🚀", "y"], ["3", "abcdefgh", "z"]];
  assertEquals(formatTable(FLEXIBLE, rows, false, { measure: UNICODE_MEASURE }).slice(2), [
    "1   漢字漢字 x",
    "2   🚀       y",
    "3   abcdefgh z",
  ]);
});

Deno.test("without headers, rows stand where they stand with them", () => {
  const all = formatTable(COLUMNS, [["1", "api", "online"]], false);
  assertEquals(formatTable(COLUMNS, [["1", "api", "online"]], false, { headers: false }), [
    all[2]!,
  ]);
});
