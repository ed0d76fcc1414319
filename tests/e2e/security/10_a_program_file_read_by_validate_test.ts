import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Tsm } from "../harness.ts";
import { testNeeding } from "../../test_needing.ts";

/** Ways to run a program from a file that is evaluated. */
const ATTACKS: Readonly<Record<string, string>> = {
  "by globalThis.Deno": "new globalThis.Deno.Command('sh', { args: ['-c', CODE] }).outputSync();",
  "by node:child_process":
    "module.exports.then = 0; import('node:child_process').then((m) => m.execSync(CODE));",
  "by a function that is called":
    "module.exports = () => globalThis.Deno.Command && new globalThis.Deno.Command('sh', " +
    "{ args: ['-c', CODE] }).output();",
  "by require": "require('child_process').execSync(CODE);",
  "by an error that looks as if Node were missing":
    "globalThis.process ??= {}; require('child_' + 'process').execSync(CODE);",
};

/** The commands that only look. */
const LOOKING = [
  ["validate"],
  ["validate", "--json"],
  ["apply", "--dry-run"],
  ["export", "systemd"],
  ["export", "compose", "--output=made"],
];

for (const [what, code] of Object.entries(ATTACKS)) {
  for (const form of ["js", "mjs"]) {
    Deno.test(`a .${form} file runs no program ${what} when it is only looked at`, async () => {
      await using tsm = new Tsm();
      const name = `ecosystem.config.${form}`;
      const marker = `${tsm.work}/ran`;
      const exported = "{ apps: [{ name: 'x', script: 'sleep 9', interpreter: 'none' }] }";
      const body = `const CODE = ${JSON.stringify(`touch ${marker}`)};\n`;
      tsm.write(
        name,
        form === "js"
          ? `module.exports = ${exported};\n${body}${code}\n`
          : `import { createRequire } from "node:module";\nconst module = {};\n` +
            `const require = createRequire(import.meta.url);\n${body}` +
            `try { ${code} } catch {}\nexport default ${exported};\n`,
      );
      for (const words of [...LOOKING.map((words) => [...words, name]), ["init"]]) {
        await tsm.run(words);
        const ran = await Deno.stat(marker).then(() => true, () => false);
        assert(!ran, `${words.join(" ")} ran it`);
      }
    });
  }
}

testNeeding(["node"], "Node evaluates a file for a look only where --node lets it", async () => {
  await using tsm = new Tsm();
  const file = tsm.write(
    "ecosystem.config.js",
    `require("fs").appendFileSync("${tsm.work}/runs", "x");\n` +
      "module.exports = { apps: [{ name: 'x', script: 'sleep', args: '9', interpreter: 'none' }] };",
  );
  for (const words of [["validate"], ["apply", "--dry-run"], ["export", "compose"]]) {
    const { code, stderr } = await tsm.run([...words, file]);
    assertEquals(code, 64);
    assertStringIncludes(stderr, "it needs Node (it requires 'fs')");
    assertStringIncludes(stderr, "add --node, which runs the file with all your rights");
    assertEquals([...Deno.readDirSync(tsm.work)].length, 1);
  }
  for (const words of [["validate"], ["apply", "--dry-run"], ["export", "compose"]]) {
    await tsm.ok(...words, "--node", file);
    assertEquals(Deno.readTextFileSync(`${tsm.work}/runs`), "x", "it is evaluated once");
    Deno.removeSync(`${tsm.work}/runs`);
  }
});

/** A file that tells how often it is evaluated, and what else is in it. */
function counting(tsm: Tsm, more: string): string {
  const count = "console.log('evaluated'); ";
  return tsm.write(
    "ecosystem.config.js",
    `${count}module.exports = { apps: [{ name: 'x', script: 'sleep', args: '1000', ` +
      `interpreter: 'none'${more} }] };`,
  );
}

for (const [what, more] of [["well-formed", ""], ["faulty", ", nonsense: 1, port: 'x'"]] as const) {
  Deno.test(`every command evaluates a ${what} file once`, async () => {
    await using tsm = new Tsm();
    const file = counting(tsm, more);
    for (
      const words of [
        ["validate"],
        ["export", "compose"],
        ["apply", "--dry-run"],
        ["start"],
        ["apply"],
        ["apply", "--dry-run"],
      ]
    ) {
      const { stdout } = await tsm.run([...words, file]);
      assertEquals(stdout.split("evaluated").length - 1, 1, `${words.join(" ")}: ${stdout}`);
    }
  });
}
