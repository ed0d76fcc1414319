import { assert, assertEquals, assertMatch } from "@std/assert";
import { dirname } from "@std/path/posix";
import { formatProblems } from "../../src/document/format_problems.ts";
import { findPm2Option, PM2_OPTIONS } from "../../src/pm2/pm2_options.ts";
import { isConfigName } from "../../src/config/config_name.ts";
import { readText } from "../config/read_text.ts";
import { testNeeding } from "../test_needing.ts";
import { PM2_PROGRAM, REAL_PM2 } from "./real_pm2.ts";

/** Every key of PM2 7.0.4's `lib/API/schema.json`, and the aliases that are named there. */
const PM2_KEYS =
  `script exec name name_prefix filter_env namespace install_url cwd args exec_interpreter interpreter
   node_args interpreterArgs interpreter_args out_file out output out_log error_file error err err_file
   err_log log_file log disable_logs log_type log_date_format time env max_memory_restart pid_file pid
   restart_delay exp_backoff_restart_delay source_map_support disable_source_map_support wait_ready
   instances kill_timeout shutdown_with_message listen_timeout cron_restart cron merge_logs combine_logs
   vizion autostart autorestart stop_exit_codes watch_delay watch ignore_watch watch_options min_uptime
   max_restarts execute_command exec_mode force append_env_to_name post_update trace disable_trace v8
   event_loop_inspector deep_monitoring increment_var instance_var pmx automation treekill port username
   uid user gid windowsHide kill_retry_time write io cmd command`.split(/\s+/);

Deno.test("every option of PM2 has its line in the table, and no two the same name", () => {
  assertEquals(PM2_KEYS.filter((key) => !findPm2Option(key)), []);
  const names = PM2_OPTIONS.flatMap(({ names }) => names);
  assertEquals(new Set(names).size, names.length);
  assertEquals(findPm2Option("maxMemoryRestart")?.names[0], "max_memory_restart");
  for (const { names, fate, take } of PM2_OPTIONS) {
    assertEquals(take !== undefined, fate === "mapped" && names[0] !== "env_NAME", names[0]);
  }
});

testNeeding([REAL_PM2], "a real PM2 has no option besides those that are recorded", async () => {
  const pm2 = dirname(await Deno.realPath(PM2_PROGRAM));
  const schema: object = JSON.parse(await Deno.readTextFile(`${pm2}/../lib/API/schema.json`));
  const keys = Object.keys(schema).filter((key) => !key.startsWith("^env_"));
  assertEquals(keys.filter((key) => !PM2_KEYS.includes(key)), []);
});

/** As `pm2 init` and PM2's documentation have them. */
const GENERATED = `module.exports = {
  apps : [{
    script: 'index.js',
    watch: '.'
  }, {
    script: './service-worker/',
    watch: ['./service-worker']
  }],

  deploy : {
    production : {
      user : 'SSH_USERNAME',
      host : 'SSH_HOSTMACHINE',
      ref  : 'origin/master',
      'post-deploy' : 'npm install && pm2 reload ecosystem.config.js --env production',
    }
  }
};
`;

Deno.test("what 'pm2 init' writes is read", async () => {
  const { apps, problems, notes, dir } = await readText("ecosystem.config.js", GENERATED);
  assertEquals(problems, []);
  assertEquals(apps.map(({ name, words, cwd }) => [name, words, cwd]), [
    ["index", ["index.js"], dir],
    ["service-worker", ["./service-worker/"], dir],
  ]);
  assertEquals(apps[0]?.settings.watch, { paths: [dir], ignore: [], debounce: 200 });
  assertEquals(apps[0]?.settings.stop_signal, "SIGINT");
  assertMatch(notes.join("\n"), /^deploy: tsm deploys nothing/);
});

Deno.test("what PM2's documentation shows of options is carried over, or named with a reason", async () => {
  const text = `module.exports = { apps: [{
    name: "api app", script: "./api.js", args: "one 'two words'", interpreter: "/usr/bin/node",
    node_args: ["--max-old-space-size=200"], cwd: "./sub", instances: 2, exec_mode: "fork",
    max_memory_restart: "1G", restart_delay: 3000, exp_backoff_restart_delay: 100, minUptime: "2s",
    max_restarts: 10, autorestart: true, stop_exit_codes: [0], cron_restart: "0 0 * * *",
    kill_timeout: 3000, namespace: "shop", watch: ["server"], ignore_watch: ["node_modules"],
    watch_delay: 1000, env: { NODE_ENV: "development", DEEP: { a: 1 } },
    env_production: { NODE_ENV: "production" }, wait_ready: true, listen_timeout: 8000,
    out_file: "/dev/null", merge_logs: true, log_date_format: "YYYY-MM-DD", time: false,
    source_map_support: true, vizion: false, treekill: true, increment_var: "SHARD",
    kill_timeuot: 1,
  }] }`;
  const { apps: [app], problems, notes, dir } = await readText("ecosystem.config.cjs", text, {
    envName: "production",
  });
  assertEquals(problems, []);
  const { node: _, ...rest } = app!;
  assertEquals(rest, {
    name: "api-app",
    words: ["./api.js", "one", "two words"],
    cwd: `${dir}/sub`,
    interpreter: "/usr/bin/node --max-old-space-size=200",
    instances: 2,
    increment: 1,
    explicit: { NODE_ENV: "production", DEEP: '{"a":1}' },
    counters: { NODE_APP_INSTANCE: "0", SHARD: "0" },
    settings: {
      stop_signal: "SIGINT",
      max_memory: 1024 ** 3,
      restart_delay: 3000,
      exp_backoff: 100,
      min_uptime: 2000,
      max_restarts: 10,
      autorestart: "always",
      stop_exit_codes: [0],
      cron_restart: "0 0 * * *",
      kill_timeout: 3000,
      namespace: "shop",
      ready_timeout: 8000,
      wait_ready: "message",
      watch: { paths: [`${dir}/sub/server`], ignore: ["node_modules"], debounce: 1000 },
    },
  });
  assertEquals(notes, [
    "api app: time, log_date_format and log_type are ignored: lines are stored as they are written, " +
    "and 'tsm logs --time --json' prints their times",
    "api app: source_map_support is ignored: node does it: 'node_args: '--enable-source-maps''",
    `api app: PM2 has no option "kill_timeuot", and passes over it; did you mean 'kill_timeout'?`,
    "api app: is called 'api-app' here",
    "api-app: merge_logs: each instance has logs of its own: 'tsm logs' shows all together",
  ]);
});

Deno.test("workers of a cluster share a port; with increment_var each has its own", async () => {
  const app = (more: string) =>
    `module.exports = { apps: [{ name: "w", script: "w.js", instances: 3, exec_mode: "cluster",
      ${more} }] }`;
  const readApp = async (more: string) => {
    const { apps: [read], problems, notes } = await readText("ecosystem.config.js", app(more));
    assertEquals([problems, notes], [[], []]);
    const { instances, port, settings, explicit } = read!;
    return [instances, port, settings.share_port, explicit];
  };
  assertEquals(await readApp("env: { PORT: 3000 }"), [3, 3000, true, {}]);
  assertEquals(await readApp(""), [3, undefined, true, {}]);
  const counted = `env: { PORT: 3000 }, increment_var: "PORT"`;
  assertEquals(await readApp(counted), [3, 3000, undefined, {}]);
});

Deno.test("two apps with one PORT keep it as a variable, which is noted", async () => {
  const text = `[{ "name": "a", "script": "a.js", "env": { "PORT": 80 } },
    { "name": "b", "script": "b.js", "env": { "PORT": "80" } }]`;
  const { apps, problems, notes } = await readText("process.json", text);
  assertEquals(problems, []);
  assertEquals(notes, ["a, b: they all get PORT=80, and only one of them can listen on it"]);
  assertEquals(apps.map(({ port, explicit }) => [port, explicit]), [
    [undefined, { PORT: "80" }],
    [undefined, { PORT: "80" }],
  ]);
});

Deno.test("every app is told its number, one alone and a cluster too", async () => {
  const text = `[{ "name": "a", "script": "a.js" },
    { "name": "b", "script": "b.js", "instances": 2, "env": { "PORT": 80 } },
    { "name": "c", "script": "c.js", "instance_var": "NUMBER" }]`;
  const { apps } = await readText("process.json", text);
  assertEquals(apps.map(({ counters }) => counters), [
    { NODE_APP_INSTANCE: "0" },
    { NODE_APP_INSTANCE: "0" },
    { NUMBER: "0" },
  ]);
});

Deno.test("increment_var: 'PORT' counts, though another app has the same PORT", async () => {
  const text = `[{ "name": "a", "script": "a.js", "env": { "PORT": 80 }, "instances": 2,
    "increment_var": "PORT" }, { "name": "b", "script": "b.js", "env": { "PORT": 80 } }]`;
  const { apps: [app], notes } = await readText("process.json", text);
  assertEquals([app?.instances, app?.port], [2, undefined]);
  assertEquals(app?.counters, { NODE_APP_INSTANCE: "0", PORT: "80" });
  assertMatch(notes.join("\n"), /^a: PORT counts from 80, which another app has too/m);
});

Deno.test("only of what node and bun run PM2 makes a cluster, whose workers share a port", async () => {
  const readApp = async (app: Readonly<Record<string, unknown>>) => {
    const text = JSON.stringify([{ name: "w", instances: 3, env: { PORT: 80 }, ...app }]);
    const { apps: [read], problems } = await readText("process.json", text);
    assertEquals(problems, []);
    assertEquals(read?.counters, { NODE_APP_INSTANCE: "0" });
    assertEquals(read?.instances, app.instances ?? 3);
    return read?.settings.share_port ?? false;
  };
  const cases: readonly [Readonly<Record<string, unknown>>, boolean][] = [
    [{ script: "w.py" }, false],
    [{ script: "npm run x" }, false],
    [{ script: "w.js", interpreter: "python3" }, false],
    [{ script: "w.js", exec_mode: "fork" }, false],
    [{ script: "w", interpreter: "none" }, false],
    [{ script: "w.js", instances: 1 }, false],
    [{ script: "w.js" }, true],
    [{ script: "w.js", instances: 1, exec_mode: "cluster" }, true],
    [{ script: "w.ts", interpreter: "/usr/bin/bun" }, true],
    [{ script: "w.ts", interpreter: "bun", instances: 1, exec_mode: "cluster" }, false],
    [{ script: "npm", args: "start" }, true],
  ];
  for (const [app, shares] of cases) assertEquals(await readApp(app), shares, JSON.stringify(app));
});

Deno.test("an empty text and cron_restart: false ask for nothing; null is a text in env", async () => {
  const text = JSON.stringify([{
    name: "a",
    script: "a.js",
    interpreter: "",
    cwd: "",
    args: "",
    node_args: "",
    cron_restart: false,
    max_memory_restart: "",
    namespace: "",
    instance_var: "",
    kill_timeout: "",
    watch: "",
    error_file: "",
    env: { A: null },
  }, { name: "b", script: "b.js", cron_restart: "" }]);
  const { apps: [app], problems, notes, dir } = await readText("process.json", text);
  assertEquals([problems, notes], [[], []]);
  const { node: _, ...rest } = app!;
  assertEquals(rest, {
    name: "a",
    words: ["a.js"],
    cwd: dir,
    instances: 1,
    increment: 1,
    explicit: { A: "null" },
    counters: { NODE_APP_INSTANCE: "0" },
    settings: { stop_signal: "SIGINT" },
  });
});

Deno.test("env_file is no named environment of PM2's: it is passed over, and said so", async () => {
  const text = `[{ "name": "a", "script": "a.js", "env_file": ".env" }]`;
  const { problems, notes } = await readText("process.json", text);
  assertEquals(problems, []);
  assertMatch(notes.join(), /^a: PM2 has no option "env_file".*--env-file=.env/);
});

Deno.test("an environment that only a deploy target has can be asked for", async () => {
  const text = `module.exports = { apps: [{ name: "a", script: "a.js", env: { A: "1", B: "1" } }],
    deploy: { production: { env: { B: "2", C: "2" } }, bare: { user: "u" } } }`;
  const { apps: [app], problems } = await readText("ecosystem.config.js", text, {
    envName: "production",
  });
  assertEquals(problems, []);
  assertEquals(app?.explicit, { A: "1", B: "1", C: "2" });
  const bare = await readText("ecosystem.config.js", text, { envName: "bare" });
  assertMatch(bare.problems[0]!.message, /there is no environment 'bare'/);
});

Deno.test("what is said of several apps is said once, with their names", async () => {
  const text = JSON.stringify(["a", "b", "c"].map((name) => ({
    name,
    script: "x.js",
    ...name === "c" ? { vizion: true } : { username: "u", vizion: true },
  })));
  const { notes } = await readText("process.json", text);
  assertEquals(notes.map((note) => note.split(" is ignored")[0]), [
    "a, b: username",
    "a, b, c: vizion",
  ]);
});

Deno.test("module.exports in a package of ES modules is refused with what to do", async () => {
  const text = `module.exports = { apps: [{ name: "one", script: "one.js" }] };`;
  const files = { "package.json": `{ "type": "module" }` };
  const { problems, dir } = await readText("ecosystem.config.js", text, { files });
  assertEquals(problems.map(({ message }) => message), [
    `it is an ES module, as ${dir}/package.json has "type": "module", but is written as CommonJS ` +
    "(module.exports); rename it to 'ecosystem.config.cjs', or write 'export default' in it",
  ]);
  const renamed = await readText("ecosystem.config.cjs", text, { files });
  assertEquals([renamed.problems, renamed.apps.length], [[], 1]);
});

Deno.test("a file of PM2's in TypeScript is read by node, or told which node reads it", async () => {
  assert(isConfigName("/srv/ecosystem.config.ts"));
  const text = `const name: string = "one"; export default { apps: [{ name, script: "one.js" }] };`;
  const { apps, problems } = await readText("ecosystem.config.ts", text);
  if (problems.length === 0) assertEquals(apps.map(({ name }) => name), ["one"]);
  else assertMatch(problems[0]!.message, /node 22.18 or newer|needs Node/);
});

Deno.test("PM2's own file server is refused with the line to put there: a project is never served", async () => {
  const cases: readonly [Readonly<Record<string, unknown>>, string][] = [
    [{ env: { PM2_SERVE_PATH: "dist", PM2_SERVE_PORT: 5000 } }, "npx serve -l 5000 dist"],
    [{ env: { PM2_SERVE_PATH: ".", PM2_SERVE_SPA: "true" } }, "npx serve -s -l 8080 build"],
    [{ env_production: { PM2_SERVE_PORT: "80" } }, "npx serve -l 80 build"],
    [{ cwd: "web", env: { PM2_SERVE_PATH: "../" } }, "npx serve -l 8080 build"],
    [{ args: "-s -l 5000" }, "npx serve -l 8080 build"],
    [{}, "npx serve -l 8080 build"],
  ];
  for (const [app, line] of cases) {
    const text = JSON.stringify([{ name: "a", script: "serve", ...app }]);
    const { problems } = await readText("process.json", text);
    assertEquals(problems.map(({ message }) => message.split("script: ")[1]), [`"${line}"`]);
  }
  const { problems } = await readText("process.json", `[{ "script": "serve", "args": "-s dist" }]`);
  assertEquals(problems, []);
});

Deno.test("what has no name is called as in PM2, by the whole where two would be called so; names stay distinct", async () => {
  const unnamed = ["npm run a", "npm run b", "node ./src/job.js --x", "dist", "a.min.js"];
  const text = JSON.stringify([
    ...[...unnamed, "api/index.js", "web/index.js"].map((script) => ({ script })),
    ...["商店", "网站", "Café"].map((name) => ({ name, script: "a.js" })),
  ]);
  const { apps, problems } = await readText("process.json", text);
  assertEquals(problems, []);
  assertEquals(apps.map(({ name }) => name), [
    "npm-run-a",
    "npm-run-b",
    "job",
    "dist",
    "a.min",
    "api-index",
    "web-index",
    "ShangDian",
    "WangZhan",
    "Cafe",
  ]);
});

Deno.test("a file that says nowhere what runs it is run by node, with an extension or without", async () => {
  const text = `[{ "script": "server" }, { "script": "tool" }, { "script": "x.es6" }]`;
  const script = "setInterval(() => {}, 1000)";
  const files = { server: script, tool: "#!/bin/sh\nexec sleep 9", "x.es6": script };
  const { apps } = await readText("process.json", text, { files });
  assertEquals(apps.map(({ interpreter }) => interpreter), ["node", undefined, "node"]);
});

Deno.test("interpreter_args go to what runs the script, be it node or not", async () => {
  const text = JSON.stringify([
    { name: "p", script: "w.py", interpreter_args: "-u" },
    { name: "j", script: "w.js", node_args: "--inspect" },
    { name: "b", script: "w.js", interpreter: "bash", interpreter_args: "-x" },
  ]);
  const { apps } = await readText("process.json", text);
  const [python, ...others] = apps.map(({ interpreter }) => interpreter);
  assertMatch(python!, /^python3? -u$/);
  assertEquals(others, ["node --inspect", "bash -x"]);
});

Deno.test("paths of logs become links; one for both logs, and what is no place to look, is told", async () => {
  const text = JSON.stringify([
    { name: "a", script: "a.js", cwd: "sub", out_file: "../o.log", err_file: "/var/e.log" },
    { name: "b", script: "a.js", output: "~/both.log", error: "~/both.log" },
    { name: "c", script: "a.js", log: "all.log" },
    { name: "d", script: "a.js", log_file: "all.log", out_file: "NULL", error_file: "/dev/null" },
    { name: "e", script: "a.js", out_file: "/dev/stdout", error_file: "/dev/stderr" },
    { name: "f", script: "a.js", log_file: true, merge_logs: true },
  ]);
  const { apps, problems, notes, dir } = await readText("process.json", text);
  assertEquals(problems, []);
  assertEquals(apps.map(({ settings }) => settings.log_links), [
    { out: `${dir}/o.log`, err: "/var/e.log", merge: false },
    { out: "/home/u/both.log", merge: false },
    { out: `${dir}/all.log`, merge: false },
    { out: `${dir}/all.log`, merge: false },
    undefined,
    undefined,
  ]);
  const alone = "becomes a link to its stdout log alone: 'tsm logs' shows stderr too";
  assertEquals(notes, [
    `b: /home/u/both.log ${alone}`,
    `c, d: ${dir}/all.log ${alone}`,
    "e: its log is to be /dev/stdout: 'tsm run FILE' prints what all write, in the foreground",
    "e: its log is to be /dev/stderr: 'tsm run FILE' prints what all write, in the foreground",
  ]);
});

Deno.test("time, log_date_format and log_type are told of once", async () => {
  const text = JSON.stringify([
    { name: "a", script: "a.js", time: true, log_date_format: "YYYY" },
    { name: "b", script: "a.js", log_type: "json" },
    { name: "c", script: "a.js", log_type: "raw", time: false, log_date_format: "" },
  ]);
  const { notes } = await readText("process.json", text);
  assertEquals(notes.length, 1);
  assertMatch(notes[0]!, /^a, b: time, log_date_format and log_type .* 'tsm logs --time --json'/);
});

const ONE = { name: "one", words: ["one.js"] };

const KINDS: Readonly<Record<string, string>> = {
  "ecosystem.config.js": `module.exports = { apps: [{ name: "one", script: "one.js" }] };`,
  "function.config.js": `module.exports = () => ({ apps: [{ name: "one", script: "one.js" }] });`,
  "babel.config.js":
    `"use strict"; exports.__esModule = true; exports.default = { apps: [{ name: "one", script: "one.js" }] };`,
  "computed.config.cjs": `const path = require("path"); const { name } = require("./package.json");
     module.exports.apps = ["one"].map((script) => ({ name, script: path.basename(script + ".js") }));`,
  "shared.config.cjs": `module.exports = { apps: [require("./shared")] };`,
  "ecosystem.config.mjs": `import path from "node:path";
     export default { apps: [{ name: "one", script: path.basename("/x/one.js") }] };`,
  "named.config.mjs": `export const apps = [{ name: "one", script: "one.js" }];`,
  "module.config.js": `export default { apps: [{ name: "one", script: "one.js" }] };`,
  "ecosystem.json": `{ "apps": [{ "name": "one", "script": "one.js" }] }`,
  "process.json": `[{ "name": "one", "script": "one.js" }]`,
  "single.json": `{ "name": "one", "script": "one.js" }`,
  "commented.json": `{ /* one */ "apps": [{ "name": "one", "script": "one.js" }] // end\n}`,
  "loose.json": `{ apps: [{ name: 'one', script: 'one.js' }] }`,
  "process.json5": `{ apps: [{ name: 'one', script: "one.js", },], } // JSON5`,
  "process.yml": "apps:\n  - name: one\n    script: one.js\n",
  "process.yaml": "apps:\n  - script: one.js   # a comment\n    name: one\n",
};

for (const [name, text] of Object.entries(KINDS)) {
  Deno.test(`a file of PM2's of this kind is read: ${name}`, async () => {
    const files = {
      "package.json": `{ "name": "one" }`,
      "shared.js": `module.exports = { name: "one", script: "one.js" };`,
    };
    const { apps, problems } = await readText(name, text, { files });
    assertEquals(problems, []);
    assertEquals(apps.map(({ name, words }) => ({ name, words })), [ONE]);
  });
}

testNeeding(
  ["node"],
  "a CommonJS file that needs Node is evaluated by Node, whatever it prints",
  async () => {
    const text = `console.log("hello"); const fs = require("fs");
    module.exports = { apps: [{ name: "one", script: fs.existsSync(__filename) ? "one.js" : "" }] };`;
    const { apps, problems } = await readText("ecosystem.config.js", text);
    assertEquals(problems, []);
    assertEquals(apps.map(({ name, words }) => ({ name, words })), [ONE]);
  },
);

const REFUSED: Readonly<Record<string, [text: string, said: RegExp, needs?: string[]]>> = {
  "throws.config.js": [`throw new Error("no database");`, /it cannot be evaluated: no database$/],
  "broken.config.js": [`module.exports = {`, /it cannot be evaluated: Unexpected (end|token)/],
  "wants.config.js": [
    `require("no-such-thing-here");`,
    /node cannot evaluate it: Cannot find module/,
    ["node"],
  ],
  "number.config.js": [`module.exports = 5;`, /expected an object with 'apps', found 5$/],
  "nothing.config.js": [``, /expected an object with 'apps'$/],
  "empty.config.js": [`module.exports = { apps: [] };`, /it lists no app$/],
  "type.config.js": [
    `module.exports = { apps: [{ script: "x", instances: "lots" }] };`,
    /^type.config.js: apps\[0\].instances: 'instances' takes a whole number up to 1000, or 'max', found "lots"$/,
  ],
  "filter.config.js": [
    `module.exports = { apps: [{ script: "x", filter_env: ["SECRET"] }] };`,
    /apps\[0\].filter_env: 'filter_env' is refused: variables cannot be kept from one process/,
  ],
  "nvm.config.js": [
    `module.exports = { apps: [{ script: "x", interpreter: "node@18" }] };`,
    /versions of nvm are not looked up/,
  ],
  "twice.config.js": [
    `module.exports = { apps: [{ script: "x.js" }, { name: "x", script: "y" }] };`,
    /two processes are called 'x'; rename one/,
  ],
  "place.json": [
    `{ "apps": [{ "script": "x",\n  "kill_timeout": "long" }] }`,
    /^place.json:2:19: 'kill_timeout' takes a time in milliseconds, a day at most, found "long"\n .*\n +\^{6}$/,
  ],
  "missing.json": [`{ "apps": [{ "name": "x" }] }`, /^missing.json:1:12: 'script' is missing/],
  "broken.json5": [`{ apps: [ }`, /^broken.json5:1:11: /],
  "broken.yml": [`apps:\n  - script: "x\n`, /^broken.yml/],
};

for (const [name, [text, said, needs = []]] of Object.entries(REFUSED)) {
  testNeeding(needs, `a file of PM2's is refused with the reason: ${name}`, async () => {
    const file = await readText(name, text);
    const problems = formatProblems(name, file.text, file.problems);
    assert(problems.length > 0);
    assertMatch(problems[0]!, said);
  });
}
