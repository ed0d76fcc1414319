import { assert, assertEquals, assertMatch } from "@std/assert";
import { jsrConfig } from "../../scripts/release/jsr_config.ts";

const readJson = (name: string) =>
  JSON.parse(Deno.readTextFileSync(new URL(`../../${name}`, import.meta.url)));
const CONFIG = readJson("deno.json");
/** In a release, `scripts/use_jsr.ts` has been at work, and the tests run with what it wrote. */
const IS_JSR = CONFIG.imports["@std/path/posix"].startsWith("jsr:");
const JSR: Readonly<Record<string, string>> = readJson("deno.jsr.json").imports;

Deno.test("the map for JSR has the same names of @std as deno.json, no more and no fewer", () => {
  const names = Object.keys(CONFIG.imports).filter((name) => name.startsWith("@std/"));
  assertEquals(Object.keys(JSR), names);
});

Deno.test("each name stands for the same module in both maps, of one version each", () => {
  const versions = new Map<string, string>();
  for (const [name, specifier] of Object.entries(JSR)) {
    const [, library, version, path = ""] = /^jsr:(@std\/[^@/]+)@([^/]+)(\/.*)?$/.exec(specifier)!;
    assertEquals(`${library}${path}`, name);
    assertMatch(version!, /^\d+\.\d+\.\d+$/);
    assertEquals(versions.get(library!) ?? version, version, `${library} of two versions`);
    versions.set(library!, version!);
    if (IS_JSR) {
      assertEquals(CONFIG.imports[name], specifier);
      continue;
    }
    // As npm's build calls it: path/posix/mod.js, cli/parse_args.js.
    const file = `${library!.slice("@std".length)}${path}`.replaceAll("-", "_");
    const files = [`${file}/mod.js`, ...path ? [`${file}.js`] : []];
    assert(files.some((file) => CONFIG.imports[name].endsWith(file)), name);
  }
});

Deno.test("with JSR's map everything else of the configuration stays, but for our own types of @std", () => {
  const types = "src/types/std.d.ts";
  assert(Deno.statSync(new URL(`../../${types}`, import.meta.url)).isFile);
  assert(IS_JSR || CONFIG.compilerOptions.types.includes(`./${types}`));
  const npm = {
    "@std/path": "npm:deno-std@1.3.1/path/mod.js",
    "valibot": "npm:valibot@1.5.0",
  };
  const config = {
    version: "0.1.0",
    imports: npm,
    compilerOptions: { strict: true, types: [`./${types}`, "./other.d.ts"] },
  };
  assertEquals(jsrConfig(config, { "@std/path": "jsr:@std/path@1.1.3" }), {
    version: "0.1.0",
    imports: { "@std/path": "jsr:@std/path@1.1.3", "valibot": "npm:valibot@1.5.0" },
    exclude: [types],
    compilerOptions: { strict: true, types: ["./other.d.ts"] },
  });
});
