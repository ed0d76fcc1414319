import { assertEquals } from "@std/assert";
import { valueOf } from "../../src/document/node.ts";
import { readJsonc } from "../../src/document/read_jsonc.ts";
import { readQuickly } from "../../src/document/read_quickly.ts";
import { fc } from "../seed.ts";

Deno.test("what is read quickly is what the parser with places reads", () => {
  const piece = fc.constantFrom(
    ...['"a"', '"b\\"//"', '"/*"', ",", ":", "{", "}", "[", "]", "// x\n", "/* , } */", " ", "\n"],
    ...["1", "true", '"a": 1', ",}", ",]", ", // y\n }", '"\\\\"', "null", "/"],
  );
  let read = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      for (const text of [pieces.join(""), `{"a":[${pieces.join("")}]}`]) {
        const quick = readQuickly(text);
        if (quick === undefined) continue;
        read++;
        const { node, problems } = readJsonc(text);
        assertEquals([problems, node && valueOf(node)], [[], quick], text);
      }
    }),
    { numRuns: 5000 },
  );
  assertEquals(read > 200, true);
});
