/**
 * Has the description of the API linted by Redocly, which npm installs once.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { OPENAPI_FILE } from "../../scripts/openapi.ts";
import { testNeeding } from "../test_needing.ts";

const VERSION = "2.14.0";

interface Linted {
  readonly code: number;
  readonly said: string;
}

/** Where npm has put the linter: installing its 200 MB takes longer than all else. */
async function linter(): Promise<string> {
  const cache = `${Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`}/tsm-tests`;
  const dir = `${cache}/redocly-${VERSION}`;
  const program = `${dir}/node_modules/.bin/redocly`;
  if (await isThere(program)) return program;
  Deno.mkdirSync(cache, { recursive: true });
  // Renamed when it is whole: another run of the tests may install it at the same time.
  const fresh = Deno.makeTempDirSync({ dir: cache });
  const args = ["install", "--silent", "--no-audit", "--no-fund", "--prefix", fresh];
  const { code, stderr } = await new Deno.Command("npm", {
    args: [...args, `@redocly/cli@${VERSION}`],
    signal: AbortSignal.timeout(300_000),
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  await Deno.rename(fresh, dir).catch(() => Deno.remove(fresh, { recursive: true }));
  return program;
}

function isThere(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}

async function lint(description: string): Promise<Linted> {
  const dir = Deno.makeTempDirSync();
  try {
    const file = `${dir}/openapi.json`;
    Deno.writeTextFileSync(file, description);
    const { code, stdout, stderr } = await new Deno.Command(await linter(), {
      args: ["lint", "--max-problems", "1000", file],
      cwd: dir,
      env: { REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true", NO_COLOR: "1" },
      signal: AbortSignal.timeout(300_000),
    }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, said: decode(stdout) + decode(stderr) };
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

testNeeding(
  ["npm", "node"],
  "the description of the API has no fault that a linter finds",
  async () => {
    const { code, said } = await lint(await Deno.readTextFile(OPENAPI_FILE));
    assertEquals(code, 0, said);
    assert(!/\bwarning/i.test(said), said);
  },
);

testNeeding(["npm", "node"], "a fault that is planted into it is found", async () => {
  const description = JSON.parse(await Deno.readTextFile(OPENAPI_FILE));
  delete description.paths["/v1/processes/{name}"].get.parameters;
  description.paths["/v1/stop"].post.responses["200"].content["application/json"].schema = {
    $ref: "#/components/schemas/Nothing",
  };
  const { code, said } = await lint(JSON.stringify(description));
  assertEquals(code, 1);
  assertStringIncludes(said, "path-parameters-defined");
  assertStringIncludes(said, "Can't resolve $ref");
});
