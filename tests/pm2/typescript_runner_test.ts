import { assertEquals, assertMatch } from "@std/assert";
import { chooseRunner, findTypeScriptRunners } from "../../src/pm2/typescript_runner.ts";
import { readText } from "../config/read_text.ts";
import { TemporaryRoot } from "../temporary_root.ts";

Deno.test("TypeScript is run as PM2 runs it: by bun, else by a node that strips types", () => {
  const none = { bun: false, deno: false, node: "none" } as const;
  const bun = { ...none, bun: true, node: "native" } as const;
  assertEquals(chooseRunner("a.ts", bun), { interpreter: "bun" });
  assertEquals(chooseRunner("a.mts", bun), { interpreter: "node" });
  assertEquals(chooseRunner("a.ts", { ...none, node: "native" }), { interpreter: "node" });
  assertEquals(chooseRunner("a.ts", { ...none, node: "flag" }), {
    interpreter: "node --experimental-strip-types",
  });
  assertMatch(chooseRunner("a.ts", { ...none, deno: true }).note!, /deno runs it$/);
  assertMatch(
    chooseRunner("a.tsx", { ...none, node: "native" }).problem!,
    /^TypeScript takes bun,/,
  );
});

Deno.test("which node runs TypeScript is found out by its version", async () => {
  using temporary = new TemporaryRoot();
  const nodeOf = async (version: string) => {
    Deno.chmodSync(temporary.write("node", `#!/bin/sh\necho ${version}\n`), 0o755);
    return (await findTypeScriptRunners({ PATH: `${temporary.work}:/nowhere` })).node;
  };
  assertEquals(await nodeOf("v20.20.2"), "none");
  assertEquals(await nodeOf("v22.6.0"), "flag");
  assertEquals(await nodeOf("v22.18.0"), "native");
  assertEquals(await nodeOf("v23.5.0"), "flag");
  assertEquals(await nodeOf("v24.0.1"), "native");
  assertEquals((await findTypeScriptRunners({ PATH: "/nowhere" })).node, "none");
});

Deno.test("an app in TypeScript has the interpreter that it names", async () => {
  const text = `[{ "name": "a", "script": "a.ts", "interpreter": "ts-node" }]`;
  const { apps, problems } = await readText("process.json", text);
  assertEquals([problems, apps.map(({ interpreter }) => interpreter)], [[], ["ts-node"]]);
});
