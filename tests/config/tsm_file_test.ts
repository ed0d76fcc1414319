import { assertEquals } from "@std/assert";
import { problemsOf, readText } from "./read_text.ts";

/** The process `a` of a `tsm.jsonc` with these settings beside its command. */
async function readProcess(settings: string) {
  const text = `{ "processes": { "a": { "command": "sleep 9", ${settings} }, "b": "sleep 1" } }`;
  const { apps, problems, dir } = await readText("tsm.jsonc", text);
  assertEquals(problems, []);
  return { app: apps[0]!, dir };
}

const READ: Readonly<Record<string, [setting: string, value: unknown]>> = {
  [`"namespace": "shop"`]: ["namespace", "shop"],
  [`"autorestart": false`]: ["autorestart", "never"],
  [`"autorestart": true`]: ["autorestart", "always"],
  [`"autorestart": "on-failure"`]: ["autorestart", "on-failure"],
  [`"max_restarts": 3`]: ["max_restarts", 3],
  [`"min_uptime": "1.5s"`]: ["min_uptime", 1500],
  [`"restart_delay": "2s"`]: ["restart_delay", 2000],
  [`"exp_backoff": "100ms"`]: ["exp_backoff", 100],
  [`"stop_exit_codes": [0, 143]`]: ["stop_exit_codes", [0, 143]],
  [`"max_memory": "300M"`]: ["max_memory", 300 * 1024 ** 2],
  [`"max_memory": 4096`]: ["max_memory", 4096],
  [`"cron_restart": "0 3 * * *"`]: ["cron_restart", "0 3 * * *"],
  [`"kill_timeout": "10s"`]: ["kill_timeout", 10_000],
  [`"stop_signal": "int"`]: ["stop_signal", "SIGINT"],
  [`"log_max_age": "7d"`]: ["log_max_age", 604_800_000],
  [`"freeze": false`]: ["freeze", false],
  [`"depends_on": "b"`]: ["depends_on", { b: "started" }],
  [`"depends_on": ["b"]`]: ["depends_on", { b: "started" }],
  [`"depends_on": { "b": "exited" }`]: ["depends_on", { b: "exited" }],
  // What says no more than a condition is stored as one, as 0.1.0 did.
  [`"depends_on": { "b": { "condition": "exited" } }`]: ["depends_on", { b: "exited" }],
  [`"depends_on": { "b": { "restart": true } }`]: ["depends_on", {
    b: { condition: "started", restart: true },
  }],
  [`"port": 1, "wait_ready": "port"`]: ["wait_ready", "port"],
  [`"priority": -5`]: ["priority", -5],
  [`"nice": 10`]: ["nice", 10],
  [`"nofile": 1024`]: ["nofile", 1024],
  [`"port": 1, "instances": 2, "share_port": true`]: ["share_port", true],
  [`"umask": "022"`]: ["umask", "022"],
  [`"user": "www-data"`]: ["user", "www-data"],
  [`"watch": false`]: ["watch", null],
  [`"hooks": { "pre_start": "make" }`]: ["hooks", { timeout: 30_000, pre_start: "make" }],
  [`"nofile": "\${DB_PORT}"`]: ["nofile", 5433],
  [`"stop_signal": "\${SIG:-USR2}"`]: ["stop_signal", "SIGUSR2"],
  [`"health": "http://localhost:\${PORT}/up", "port": 80`]: ["health", {
    interval: 10_000,
    timeout: 5000,
    retries: 3,
    grace: 0,
    type: "http",
    url: "http://localhost:${PORT}/up",
  }],
  [`"health": { "command": "test -e x", "interval": "1s", "retries": 1 }`]: ["health", {
    interval: 1000,
    timeout: 5000,
    retries: 1,
    grace: 0,
    type: "command",
    command: "test -e x",
  }],
  [`"health": { "port": 5432, "grace": "1m" }`]: ["health", {
    interval: 10_000,
    timeout: 5000,
    retries: 3,
    grace: 60_000,
    type: "tcp",
    port: 5432,
  }],
};

for (const [written, [setting, value]] of Object.entries(READ)) {
  Deno.test(`tsm.jsonc: ${written} is read`, async () => {
    const { app } = await readProcess(written);
    assertEquals(app.settings[setting as keyof typeof app.settings], value);
  });
}

Deno.test("tsm.jsonc: paths begin at the file's directory", async () => {
  const { app, dir } = await readProcess(
    `"cwd": "sub", "env_file": "../x.env", "watch": { "paths": ["src"], "debounce": "1s" }`,
  );
  assertEquals(app.cwd, `${dir}/sub`);
  assertEquals(app.settings.env_file, `${dir.replace(/\/[^/]+$/, "")}/x.env`);
  assertEquals(app.settings.watch, { paths: [`${dir}/src`], ignore: [], debounce: 1000 });
  const watching = await readProcess(`"cwd": "sub", "watch": true`);
  assertEquals(watching.app.settings.watch?.paths, [`${watching.dir}/sub`]);
});

Deno.test("tsm.jsonc: variables are put in, their defaults too, and the process's own are left", async () => {
  const { app } = await readProcess(
    `"env": { "A": "\${HOME}/x", "B": "\${NONE:-b}", "C": "$\${HOME}", "D": 1, "E": true, "F": "" }`,
  );
  assertEquals(app.explicit, {
    A: "/home/u/x",
    B: "b",
    C: "${HOME}",
    D: "1",
    E: "true",
    F: "",
  });
  const { apps } = await readText("tsm.jsonc", `{"processes": {"a": "serve \${HOME} \${PORT}"}}`);
  assertEquals(apps[0]?.words, ["serve /home/u ${PORT}"]);
});

Deno.test("tsm.jsonc: defaults go below a process's own, and a named environment above", async () => {
  const text = `{
    "defaults": { "namespace": "all", "max_restarts": 1, "env": { "A": "1", "B": "1", "C": "1" },
      "environments": { "production": { "B": "2", "C": "2" } } },
    "processes": { "a": { "command": ["sleep", "9"], "namespace": "own", "env": { "A": "3" },
      "environments": { "production": { "C": "4" } } } } }`;
  const { apps: [app], problems } = await readText("tsm.jsonc", text, { envName: "production" });
  assertEquals(problems, []);
  assertEquals(app?.explicit, { A: "3", B: "2", C: "4" });
  assertEquals([app?.settings.namespace, app?.settings.max_restarts], ["own", 1]);
  assertEquals(app?.words, ["sleep", "9"]);
  assertEquals((await readText("tsm.jsonc", text)).apps[0]?.explicit, { A: "3", B: "1", C: "1" });
  const unknown = await readText("tsm.jsonc", text, { envName: "prodcution" });
  assertEquals(unknown.problems.map(({ message }) => message), [
    "there is no environment 'prodcution' in it; did you mean 'production'?",
  ]);
});

/** What is wrong in one place of a file: `[line]:[column]: [what]`, and the mark's length. */
const REFUSED: readonly [settings: string, column: number, what: string, marks: number][] = [
  [`"prot": 3000`, 1, `there is no setting "prot"; did you mean 'port'?`, 6],
  [`"port": "x"`, 9, `expected a port, 1 to 65535, found "x"`, 3],
  [`"port": 70000`, 9, "expected a port, 1 to 65535, found 70000", 5],
  [`"port": 80, "port": 81`, 13, `"port" is there twice`, 6],
  [
    `"kill_timeout": 5000`,
    17,
    `expected a duration up to a day as "500ms", "30s", "10m", found 5000`,
    4,
  ],
  [
    `"kill_timeout": "5"`,
    17,
    `expected a duration up to a day as "500ms", "30s", "10m", found "5"`,
    3,
  ],
  [
    `"max_memory": "3X"`,
    15,
    `expected a size as "300M", "1.5G", or a number of bytes, found "3X"`,
    4,
  ],
  [`"env": ["A=1"]`, 8, "expected an object of variables, found a list", 7],
  [`"env": { "A": null }`, 15, "expected a text, a number, true or false", 4],
  [
    `"env": { "A": "\${HOMR}" }`,
    15,
    "${HOMR} is not set; did you mean ${HOME}? ${HOMR:-default} gives it a default",
    9,
  ],
  [
    `"env": { "A": "\${1}" }`,
    15,
    "'${1}' is no variable; it is written ${NAME} or ${NAME:-default}, and $${ for a plain ${",
    6,
  ],
  [
    `"env": { "A": "\${PORT}" }`,
    15,
    "${PORT} is the process's own and known only when it runs: it can be in a command line, a hook, or a check of its health",
    9,
  ],
  [
    `"autorestart": "sometimes"`,
    16,
    `expected one of "always", "on-failure", "never", found "sometimes"`,
    11,
  ],
  [`"stop_signal": "SIGNO"`, 16, `there is no signal "SIGNO"; examples: SIGINT, SIGHUP`, 7],
  [`"instances": 0`, 14, "expected a whole number from 1 to 1000, found 0", 1],
  [
    `"instances": 3000`,
    14,
    "expected a whole number from 1 to 1000, found 3000; for more, start the same command under " +
    "several names, each with up to 1000 instances",
    4,
  ],
  [`"watch": 5`, 10, "expected a path or a list of paths, found 5", 1],
  [`"umask": 22`, 10, `expected a umask as "022", found 22`, 2],
  [`"nice": 20`, 9, "expected a whole number from -20 to 19, found 20", 2],
  [`"depends_on": "bb"`, 15, "there is no process 'bb' here; did you mean 'b'?", 4],
  [
    `"depends_on": { "b": "gone" }`,
    22,
    `expected one of "started", "healthy", "exited", found "gone"`,
    6,
  ],
  [
    `"depends_on": { "b": "healthy" }`,
    22,
    `'b' has no health check; give it one, or wait for "started"`,
    9,
  ],
  [`"depends_on": "a"`, 15, "it depends on itself: a → a", 3],
  [`"wait_ready": "port"`, 15, "it has no port to wait for; add 'port'", 6],
  [`"wait_ready": "health"`, 15, "it has no health check to wait for; add 'health'", 8],
  [`"health": "tcp"`, 11, "it checks the process's port, but it has none; add 'port'", 5],
  [
    `"health": "http://example.com/"`,
    11,
    "this is no http URL of this machine, and no other can be asked: it begins with http://127.0.0.1, http://localhost or http://[::1]; a 'command' can ask another one",
    21,
  ],
  [
    `"health": { "command": "x", "status": 200 }`,
    39,
    "'status' does not go with a check by command; there are type, command, interval, timeout, retries, grace",
    3,
  ],
  [`"health": { "type": "http" }`, 11, "a check by http takes 'url'", 18],
  [
    `"health": { "url": "http://localhost/", "body": "/(/" }`,
    49,
    "this is no regular expression: /(/: Unterminated group",
    5,
  ],
  [`"port": 3002`, 9, "port 3002 is taken: 'c-3002' has it too; change one", 4],
  [`"port": 65000, "instances": 1000`, 29, "its 1000 instances would need ports up to 65999", 4],
  [`"cwd": ""`, 8, `expected a path, found ""`, 2],
];

for (const [settings, column, what, marks] of REFUSED) {
  Deno.test(`tsm.jsonc: ${settings} is refused where it stands`, async () => {
    const text = [
      `{ "processes": {`,
      `  "c": { "command": "sleep 1", "port": 3001, "instances": 2 },`,
      `  "b": "sleep 1",`,
      `  "a": { "command": "sleep 2",`,
      settings,
      `} } }`,
    ].join("\n");
    assertEquals(await problemsOf("tsm.jsonc", text), [
      `tsm.jsonc:5:${column}: ${what}\n    ${settings}\n    ${" ".repeat(column - 1)}${
        "^".repeat(marks)
      }`,
    ]);
  });
}

const WHOLE: Readonly<Record<string, string>> = {
  "": "tsm.jsonc: the file is empty",
  "[]": "tsm.jsonc:1:1: expected an object with 'processes', found an empty list",
  "{}": "tsm.jsonc:1:1: 'processes' is missing: the processes, by their names",
  '{"procesess": {}}': `tsm.jsonc:1:2: there is no setting "procesess"; did you mean 'processes'?`,
  '{"processes": {}}': "tsm.jsonc:1:15: expected an object from names to processes",
  '{"processes": {"a b": "x"}}': 'tsm.jsonc:1:16: "a b" cannot be a name: a name is 1 to 64 ',
  '{"processes": {"all": "x"}}': 'tsm.jsonc:1:16: "all" cannot be a name: a name is 1 to 64 ',
  '{"processes": {"a": "x", "a": "y"}}': 'tsm.jsonc:1:26: "a" is there twice',
  '{"processes": {"a": {}}}': "tsm.jsonc:1:21: 'command' is missing",
  '{"processes": {"a": []}}': "tsm.jsonc:1:21: expected a command line or a list of words",
  '{"processes": {"a": ["x", 5]}}': "tsm.jsonc:1:27: expected a text, found 5",
  '{"defaults": {"port": 5}, "processes": {"a": "x"}}':
    `tsm.jsonc:1:15: there is no setting "port"`,
  '{"processes": {"a": "x" "b": "y"}}': "tsm.jsonc:1:25: expected ',' in front of this",
  "{'processes': 1}": "tsm.jsonc:1:2: this is no JSON: text goes in double quotes",
  '{"processes": {"a": "x"}': "tsm.jsonc:1:25: expected '}': an object is not closed",
};

for (const [text, begin] of Object.entries(WHOLE)) {
  Deno.test(`tsm.jsonc: ${text || "nothing"} is refused`, async () => {
    const [first = ""] = await problemsOf("tsm.jsonc", text);
    assertEquals(first.slice(0, begin.length), begin);
  });
}

Deno.test("tsm.jsonc: all that is wrong is told at once, in the order of the file", async () => {
  const text = `{ "processes": {
    "web": { "command": "x", "prot": 1, "depends_on": 5 }, // a comment
    "db": { "kill_timeout": true },
  }, "defualts": {} }`;
  const places = (await problemsOf("tsm.jsonc", text)).map((told) => told.split(" ", 1)[0]);
  assertEquals(places, [
    "tsm.jsonc:2:30:",
    "tsm.jsonc:2:55:",
    "tsm.jsonc:3:11:",
    "tsm.jsonc:3:29:",
    "tsm.jsonc:4:6:",
  ]);
});

Deno.test("tsm.jsonc: every circle of dependencies is found, and told once", async () => {
  const text = `{ "processes": {
    "a": { "command": "x", "depends_on": "b" },
    "b": { "command": "x", "depends_on": "c" },
    "c": { "command": "x", "depends_on": "a" },
    "d": { "command": "x", "depends_on": ["e", "a"] },
    "e": { "command": "x", "depends_on": "d" },
  } }`;
  const told = (await problemsOf("tsm.jsonc", text)).map((told) => told.split("\n")[0]);
  assertEquals(told, [
    "tsm.jsonc:2:42: it depends on itself: a → b → c → a",
    "tsm.jsonc:5:42: it depends on itself: d → e → d",
  ]);
});
