import { assertEquals } from "@std/assert";
import { type Column, formatTable } from "../../../src/client/output/table.ts";

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
