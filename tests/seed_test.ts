import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path/posix";
import { randomNumbers } from "./seed.ts";

const TESTS = fromFileUrl(new URL(".", import.meta.url));

/** Those that may draw without the seed: ports that are free, and the seed itself. */
const DRAW_BY_THEMSELVES = ["e2e/harness.ts", "seed.ts", "seed_test.ts"];

function modulesBelow(dir: string): string[] {
  return [...Deno.readDirSync(TESTS + dir)].flatMap(({ name, isDirectory }) =>
    isDirectory ? modulesBelow(`${dir}${name}/`) : [dir + name]
  );
}

Deno.test("the same seed draws the same numbers, another one others", () => {
  const draw = (seed: number) => Array.from({ length: 5 }, randomNumbers(seed));
  assertEquals(draw(1), draw(1));
  assertEquals(draw(1).filter((number) => draw(2).includes(number)), []);
});

Deno.test("what tests draw at random comes from the one seed, which each run prints", () => {
  const drawing = modulesBelow("").filter((module) => {
    const text = Deno.readTextFileSync(TESTS + module);
    return /(from |import\()"fast-check"|Math\.random|getRandomValues|seed: /.test(text);
  });
  assertEquals(drawing.sort(), DRAW_BY_THEMSELVES);
});
