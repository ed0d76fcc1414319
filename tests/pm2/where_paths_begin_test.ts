import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { ConfigFile } from "../../src/settings/app.ts";
import { readConfig } from "../../src/config/read_config.ts";
import { TemporaryRoot } from "../temporary_root.ts";
import { VARIABLES } from "../config/read_text.ts";

/** A project with a file in `deploy/`, as a shell in the project's directory reads it. */
async function readFromAbove(
  app: Readonly<Record<string, unknown>>,
  files: readonly string[],
  name = "process.json",
): Promise<ConfigFile & { readonly dir: string }> {
  using temporary = new TemporaryRoot();
  const dir = temporary.work;
  for (const path of ["deploy/x", "api/x", ...files]) {
    Deno.mkdirSync(`${dir}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    temporary.write(path, "");
  }
  const json = JSON.stringify({ apps: [{ name: "a", ...app }] });
  const path = temporary.write(
    `deploy/${name}`,
    name.endsWith("js") ? `module.exports = ${json}` : json,
  );
  const file = await readConfig(path, { variables: VARIABLES, shellDir: dir });
  return { ...file, dir };
}

Deno.test("a script that is found from the shell's directory only is refused, with what to write", async () => {
  const { problems, dir } = await readFromAbove({ script: "./api/server.js" }, ["api/server.js"]);
  assertEquals(problems.length, 1);
  const [{ message, path } = { message: "", path: "" }] = problems;
  assertEquals(path, "apps[0].script");
  assertStringIncludes(message, `there is no '${dir}/deploy/api/server.js'`);
  assertStringIncludes(message, `PM2's at that of the shell, ${dir}, where there is one`);
  assert(message.endsWith('write cwd: ".."'), message);
  const js = await readFromAbove(
    { script: "./api/server.js" },
    ["api/server.js"],
    "ecosystem.config.js",
  );
  assert(js.problems[0]!.message.endsWith('write cwd: __dirname + "/.."'));
});

Deno.test("a working directory that is found from the shell's directory only is refused so too", async () => {
  const { problems, dir } = await readFromAbove({ script: "s.js", cwd: "api" }, ["api/s.js"]);
  assertEquals(problems.map(({ path }) => path), ["apps[0].cwd"]);
  assertStringIncludes(problems[0]!.message, `'${dir}/deploy/api' does not exist`);
  assert(problems[0]!.message.endsWith('write cwd: "../api"'));
});

Deno.test("what is found from both directories is the file's, which a note says", async () => {
  for (const [script, files] of [["s.js", ["s.js", "deploy/s.js"]], ["npm run x", []]] as const) {
    const { apps, problems, notes, dir } = await readFromAbove({ script }, files);
    assertEquals([problems, apps[0]?.cwd], [[], `${dir}/deploy`]);
    assertEquals(notes, [
      `a: runs in ${dir}/deploy, as the paths of a file begin at its directory, ${dir}/deploy; ` +
      `PM2 would run it in ${dir}: cwd: ".."`,
    ]);
  }
});

Deno.test("nothing is said where PM2 would find nothing, or the same", async () => {
  const only = await readFromAbove({ script: "s.js" }, ["deploy/s.js"]);
  assertEquals([only.problems, only.notes], [[], []]);
  const absolute = await readFromAbove({ script: "s.js", cwd: "/" }, []);
  assertEquals([absolute.problems, absolute.notes], [[], []]);
});
