import { assertEquals, assertStringIncludes } from "@std/assert";
import { makeStarter } from "../../src/config/starter.ts";
import { TemporaryRoot } from "../temporary_root.ts";
import { readText } from "./read_text.ts";

async function startersOf(files: Readonly<Record<string, string>>) {
  using temporary = new TemporaryRoot();
  for (const [name, text] of Object.entries(files)) temporary.write(name, text);
  const starter = await makeStarter(temporary.work, {});
  const { apps, problems } = await readText("tsm.jsonc", starter);
  return { starter, problems, apps: apps.map(({ name, words }) => [name, words[0]]) };
}

Deno.test("init makes a valid file of package.json; what does not keep running is commented out", async () => {
  const { starter, problems, apps } = await startersOf({
    "package.json": JSON.stringify({
      name: "@shop/the api",
      scripts: {
        prestart: "x",
        start: "node .",
        "worker:mail": "node m",
        build: "a */ // b\n",
        dev: "d",
      },
    }),
    "yarn.lock": "",
  });
  assertEquals(problems, []);
  assertEquals(apps, [["the-api", "yarn run start"], ["worker-mail", "yarn run worker:mail"]]);
  assertStringIncludes(starter, `// package.json: a */ // b \n    // "build": "yarn run build",`);
});

Deno.test("init takes a Procfile's lines, deno.json's tasks, and one for development if there is no other", async () => {
  const { problems, apps } = await startersOf({
    "Procfile": "web: node web.js\nrelease: x\n",
    "deno.jsonc":
      `{ "tasks": { "dev": "deno run -A dev.ts", "web": { "command": "deno serve" } } } // x`,
  });
  assertEquals(problems, []);
  assertEquals(apps, [["web", "node web.js"], ["web-2", "deno task web"]]);
  assertEquals(
    (await startersOf({ "deno.json": `{ "tasks": { "dev": "x", "fmt": "y" } }` })).apps,
    [
      ["dev", "deno task dev"],
    ],
  );
});

Deno.test("init makes valid names of what two files call the same, and no name may hold", async () => {
  const { problems, apps } = await startersOf({
    "package.json": `{ "name": "漢字", "scripts": { "start": "x" } }`,
    "deno.json": `{ "name": "漢字", "tasks": { "start": "y" } }`,
  });
  assertEquals(problems, []);
  assertEquals(apps, [["HanZi", "npm run start"], ["HanZi-2", "deno task start"]]);
});

Deno.test("init gives an example where there is nothing, and passes over damaged files", async () => {
  for (const files of [{}, { "package.json": "{" }, { "package.json": "[]", "Procfile": "?" }]) {
    const { problems, apps } = await startersOf(files);
    assertEquals(problems, []);
    assertEquals(apps, [["web", "sleep 1000"]]);
  }
});

Deno.test("init carries over what PM2's file says, and comments out how else the same is started", async () => {
  const { starter, problems, apps } = await startersOf({
    "ecosystem.json": JSON.stringify({
      apps: [{
        ...{ name: "api", script: "./api.js", args: "--verbose", instances: 2 },
        ...{ env: { LOG: "info" }, kill_timeout: 3000, max_memory_restart: "300M" },
        watch: ["src"],
      }],
    }),
    "package.json": JSON.stringify({ scripts: { start: "pm2 start ecosystem.json" } }),
  });
  assertEquals(problems, [], starter);
  assertEquals(apps.map(([name]) => name), ["api"]);
  for (const member of [`"env": {"LOG":"info"}`, `"kill_timeout": "3s"`, `"max_memory": "300M"`]) {
    assertStringIncludes(starter, member);
  }
  assertStringIncludes(starter, `"watch": {"paths":["src"],"ignore":[],"debounce":"200ms"}`);
  assertStringIncludes(starter, `"instances": 2`);
  assertStringIncludes(starter, `// "start": "npm run start"`);
});

Deno.test("init carries over whole sentences of what is not carried over, none of them cut", async () => {
  const app = { name: "web", script: "./s.js", instances: 2, interpreter: "bun" };
  const { starter, problems } = await startersOf({
    "ecosystem.json": JSON.stringify({ apps: [app] }),
    "s.js": "",
  });
  assertEquals(problems, []);
  const notes = starter.split("\n").filter((line) => /^ {4}\/\/ /.test(line));
  const text = notes.map((line) => line.trim().slice(3)).join(" ");
  assertStringIncludes(text, "only where the program asks for it (reusePort: true in Bun.serve)");
  assertEquals(notes.filter((line) => line.length > 100), []);
});
