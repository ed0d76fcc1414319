import { assert, assertEquals } from "@std/assert";
import { fitColumns, type FlexibleColumn } from "../../../src/cli/output/fit_columns.ts";

const COLUMNS: readonly FlexibleColumn[] = [
  { width: 4, gap: 2 },
  { width: 20, gap: 1, minimum: 10 },
  { width: 8, gap: 1, drop: 2 },
  { width: 30, gap: 1, minimum: 12, drop: 1 },
];

Deno.test("where there is room, columns are as wide as they are", () => {
  assertEquals(fitColumns(COLUMNS, Infinity), [4, 20, 8, 30]);
  assertEquals(fitColumns(COLUMNS, 66), [4, 20, 8, 30]);
});

Deno.test("the widest column that may be is narrowed first, then those of the same width in turn", () => {
  assertEquals(fitColumns(COLUMNS, 61), [4, 20, 8, 25]);
  assertEquals(fitColumns(COLUMNS, 50), [4, 17, 8, 17]);
  assertEquals(fitColumns(COLUMNS, 38), [4, 10, 8, 12]);
});

Deno.test("columns are left out in their order, once narrowing does not suffice", () => {
  assertEquals(fitColumns(COLUMNS, 37), [4, 20, 8, undefined]);
  assertEquals(fitColumns(COLUMNS, 24), [4, 18, undefined, undefined]);
});

Deno.test("where all is left out that may be, the columns that may be narrowed are all the more", () => {
  assertEquals(fitColumns(COLUMNS, 12), [4, 6, undefined, undefined]);
  assertEquals(fitColumns(COLUMNS, 1), [4, 4, undefined, undefined]);
});

Deno.test("whatever the width, what fits takes no more than that", () => {
  for (let available = 12; available < 80; available++) {
    const widths = fitColumns(COLUMNS, available);
    const shown = COLUMNS.flatMap(({ gap }, index) => {
      const width = widths[index];
      return width === undefined ? [] : [{ width, gap }];
    });
    const sum = shown.reduce((total, { width, gap }) => total + width + gap, -shown.at(-1)!.gap);
    assert(sum <= available, `${sum} > ${available}`);
  }
});
