import { assertEquals } from "@std/assert";
import { canShare, nodeWithoutSharing } from "../../src/program/node_version.ts";
import { TemporaryRoot } from "../temporary_root.ts";

Deno.test("node can share a port from 22.12 and 23.1 on", () => {
  const versions = ["18.20.4", "20.20.2", "22.11.0", "22.12.0", "23.0.9", "23.1.0", "24.0.0"];
  assertEquals(versions.filter(canShare), ["22.12.0", "23.1.0", "24.0.0"]);
});

Deno.test("the node that runs a program is found by its command line, and asked once", async () => {
  using temporary = new TemporaryRoot();
  const dir = temporary.base;
  const script = (name: string, text: string) =>
    Deno.writeTextFileSync(`${dir}/${name}`, text, { mode: 0o755 });
  script("node", `#!/bin/sh\necho asked >>"${dir}/asked"\necho v20.1.2\n`);
  for (const name of ["npm", "deno"]) script(name, "#!/bin/sh\n");
  script("server.js", "");
  script("tool", "#!/usr/bin/env node\n");
  script("other", "#!/bin/sh\n");
  const env = { PATH: `${dir}:/usr/bin:/bin` };
  const of = (words: readonly string[], interpreter?: string) =>
    nodeWithoutSharing({ words, cwd: dir, env, interpreter });
  const byNode = [
    await of(["server.js"]),
    await of(["node", "server.js"]),
    await of([`${dir}/node --enable-source-maps server.js`]),
    await of(["node server.js && echo over"]),
    await of(["server.js"], "node --expose-gc"),
    await of(["./tool"]),
    await of(["npm", "start"]),
  ];
  assertEquals(byNode, byNode.map(() => "20.1.2"));
  assertEquals(await of(["./other"]), undefined);
  assertEquals(await of(["deno", "run", "server.js"]), undefined);
  assertEquals(await of(["nothing-of-that-name"]), undefined);
  assertEquals(Deno.readTextFileSync(`${dir}/asked`), "asked\n");

  script("node", "#!/bin/sh\necho v22.12.0\n");
  assertEquals(await nodeWithoutSharing({ words: ["node"], cwd: "/", env }), undefined);
});
