import { assertEquals } from "@std/assert";
import { MESSAGES, READS } from "../../scripts/api_description.ts";

/** The modules of a folder of the API, without `.ts`. */
function modulesIn(folder: string): string[] {
  return [...Deno.readDirSync(new URL(`../../src/api/${folder}`, import.meta.url))]
    .map(({ name }) => name.replace(/\.ts$/, "")).sort();
}

Deno.test("every message is in the description of the API, and has its route", async () => {
  assertEquals(MESSAGES.map(({ name }) => name), modulesIn("messages"));
  const routes = await Deno.readTextFile(
    new URL("../../src/supervisor/requests.ts", import.meta.url),
  );
  for (const { name } of MESSAGES) assertEquals(routes.includes(` ${name}Route,`), true, name);
});

Deno.test("every question is in the description of the API", async () => {
  const declared = await Promise.all(
    modulesIn("reads").map(async (module) => {
      const exported = await import(`../../src/api/reads/${module}.ts`);
      return Object.values<{ readonly path?: string }>(exported).flatMap(({ path }) => path ?? []);
    }),
  );
  assertEquals(READS.map(({ path }) => path).sort(), declared.flat().sort());
});

Deno.test("nothing is asked by two names, nor by a path twice", () => {
  const names = [...READS, ...MESSAGES].map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
});
