import { assertEquals } from "@std/assert";
import { formatSize } from "../../../src/cli/output/size.ts";

const SAID: readonly (readonly [bytes: number, text: string])[] = [
  [0, "0B"],
  [1023, "1023B"],
  [1024, "1.0K"],
  [51_400_000, "49.0M"],
  [200 * 1024 * 1024, "200M"],
  [3 * 1024 ** 3, "3.0G"],
  [2000 * 1024 ** 4, "2000T"],
];

for (const [bytes, text] of SAID) {
  Deno.test(`${bytes} bytes are '${text}'`, () => {
    assertEquals(formatSize(bytes), text);
  });
}
