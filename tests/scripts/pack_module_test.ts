import { assert, assertEquals, assertRejects } from "@std/assert";
import { packModule } from "../../scripts/pack_module.ts";

const load = (text: string) =>
  import(`data:text/javascript;base64,${new TextEncoder().encode(text).toBase64()}`);

Deno.test("a packed module is smaller, and exports what it did", async () => {
  const table = "漢字 ".repeat(10_000);
  const packed = await packModule(
    `import"./chunk-0A1B2C3D.js";var a=\`${table}\`;function b(){return a.length}export{a as TABLE,b as default};\n`,
  );
  assert(packed.length < table.length / 10);
  const { TABLE, default: length } = await load(packed);
  assertEquals(TABLE, table);
  assertEquals(length(), table.length);
});

Deno.test("what needs another module cannot be packed: it would not find it", async () => {
  await assertRejects(
    () => packModule(`import{a}from"./chunk-0A1B2C3D.js";export{a as default};`),
    Error,
    "imports nothing",
  );
});
