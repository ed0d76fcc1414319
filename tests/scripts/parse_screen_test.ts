import { assertEquals, assertStringIncludes } from "@std/assert";
import { drawScreen } from "../../scripts/screenshot/draw_screen.ts";
import { parseScreen } from "../../scripts/screenshot/parse_screen.ts";

Deno.test("a captured screen is read with its colours, which hold on from row to row", () => {
  const rows = parseScreen("a \x1b[1;32mok\x1b[39m b\n\x1b[0mplain \x1b[48;5;196mred\x1b[0m\n");
  assertEquals(rows, [
    [
      { column: 0, width: 2, text: "a ", style: {} },
      { column: 2, width: 2, text: "ok", style: { bold: true, color: "#8ae234" } },
      { column: 4, width: 2, text: " b", style: { bold: true } },
    ],
    [
      { column: 0, width: 6, text: "plain ", style: {} },
      { column: 6, width: 3, text: "red", style: { background: "rgb(255,0,0)" } },
    ],
  ]);
});

Deno.test("wide characters take two columns, and markup stays text", () => {
  const [row = []] = parseScreen("日本\x1b[2m<&>\x1b[0m");
  assertEquals(row.map(({ column, width }) => [column, width]), [[0, 4], [4, 3]]);
  const { svg, width } = drawScreen([row], 80);
  assertStringIncludes(svg, "&lt;&amp;&gt;");
  assertEquals(width, 700);
});
