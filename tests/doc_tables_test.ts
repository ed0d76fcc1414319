import { assert, assertEquals } from "@std/assert";
import { PAGES, withTables } from "../scripts/doc_tables.ts";
import { nameInFile } from "../src/settings/process_form.ts";
import { SETTING_KEYS } from "../src/settings/table/settings_table.ts";

const read = (page: string) => Deno.readTextFile(new URL(`../${page}`, import.meta.url));

for (const page of PAGES) {
  Deno.test(`the tables of ${page} are what the code says`, async () => {
    const text = await read(page);
    assert(text.includes("<!-- table: "), "it has lost its tables");
    assertEquals(text, withTables(text), "write them anew: ./scripts/deno task docs");
  });
}

Deno.test("every setting that a file can have is in docs/configuration.md", async () => {
  const text = await read("docs/configuration.md");
  const names = SETTING_KEYS.map(nameInFile).filter((name) => name !== null);
  assertEquals(names.filter((name) => !text.includes(`| \`${name}\` `)), []);
});
