import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  defaultVariables,
  differenceTo,
  mergeEnvironment,
  ownVariables,
  readBaseEnvironment,
  readDifference,
  withoutSessionNoise,
  writeBaseEnvironment,
  writeDifference,
} from "../../src/program/environment.ts";
import { TemporaryRoot } from "../temporary_root.ts";

Deno.test("the noise of a login session is dropped, what a service needs is kept", () => {
  const kept = {
    PATH: "/bin",
    HOME: "/root",
    LANG: "C",
    http_proxy: "x",
    TERMINFO: "y",
    LINESTYLE: "z",
  };
  const noise = Object.fromEntries(
    [
      "_",
      "PWD",
      "OLDPWD",
      "SHLVL",
      "SSH_CLIENT",
      "SSH_AUTH_SOCK",
      "TERM",
      "TERM_PROGRAM",
      "COLUMNS",
      "TMUX",
      "WINDOWID",
      "XDG_SESSION_ID",
      "INIT_CWD",
      "TSM_ROOT",
      "TSM_NAME",
    ].map((name) => [name, "noise"]),
  );
  assertEquals(withoutSessionNoise({ ...noise, ...kept }), kept);
});

Deno.test("the same environment is no difference", () => {
  const env = { A: "1", B: "2" };
  assertEquals(differenceTo(env, { ...env }, {}), { set: {}, unset: [] });
});

Deno.test("a difference holds what is new, changed and gone", () => {
  const base = { SAME: "1", CHANGED: "1", GONE: "1" };
  const env = { SAME: "1", CHANGED: "2", NEW: "1" };
  const difference = differenceTo(base, env, {});
  assertEquals(difference, { set: { CHANGED: "2", NEW: "1" }, unset: ["GONE"] });
  assertEquals(mergeEnvironment(base, difference, {}), env);
});

Deno.test("a variable named like a property of every object is a difference like any other", () => {
  const difference = differenceTo({}, { constructor: "x" }, {});
  assertEquals(difference, { set: { constructor: "x" }, unset: [] });
  assertEquals(differenceTo({ toString: "x" }, {}, {}).unset, ["toString"]);
});

Deno.test("what is given explicitly is kept even where the base has the same", () => {
  const difference = differenceTo({ A: "1" }, { A: "1" }, { A: "1" });
  assertEquals(difference, { set: { A: "1" }, unset: [], explicit: ["A"] });
});

Deno.test("what is given explicitly is not unset for being absent from the command line", () => {
  const difference = differenceTo({ A: "1" }, {}, { A: "2" });
  assertEquals(difference, { set: { A: "2" }, unset: [], explicit: ["A"] });
  assertEquals(mergeEnvironment({ A: "1" }, difference, {}), { A: "2" });
});

Deno.test("the command line's environment, then the env file, then --env: each over the one before", () => {
  const base = { BASE: "base", LINE: "base", FILE: "base", GIVEN: "base", GONE: "base" };
  const line = { BASE: "base", LINE: "line", FILE: "line", GIVEN: "line" };
  const difference = differenceTo(base, line, { GIVEN: "given" });
  const file = { FILE: "file", GIVEN: "file" };
  assertEquals(mergeEnvironment(base, difference, file), {
    BASE: "base",
    LINE: "line",
    FILE: "file",
    GIVEN: "given",
  });
});

Deno.test("an env file may set what the command line had unset", () => {
  const difference = differenceTo({ A: "1" }, {}, {});
  assertEquals(mergeEnvironment({ A: "1" }, difference, {}), {});
  assertEquals(mergeEnvironment({ A: "1" }, difference, { A: "file" }), { A: "file" });
});

Deno.test("every process learns who it is, and its port where it has one", () => {
  const process = {
    root: "/srv/tsm",
    id: 3,
    name: "api-3000",
    instance: 1,
    port: 3000,
    share_port: false,
    counters: {},
  };
  const own = { TSM_ROOT: "/srv/tsm", TSM_ID: "3", TSM_NAME: "api-3000", TSM_INSTANCE: "1" };
  const numbered = { NODE_APP_INSTANCE: "1", ...own };
  assertEquals(ownVariables(process), { PORT: "3000", ...numbered });
  assertEquals(ownVariables({ ...process, port: null }), numbered);
  const sharing = ownVariables({ ...process, share_port: true });
  assertEquals(sharing, { PORT: "3000", TSM_SHARE_PORT: "1", ...numbered });
  const counted = ownVariables({ ...process, port: null, counters: { SHARD: "7" } });
  assertEquals(counted, { SHARD: "8", ...own });
});

Deno.test("the base environment comes back as it was, line breaks and quotes included", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  assertEquals(readBaseEnvironment(root), undefined);
  const env = {
    PLAIN: "value",
    EMPTY: "",
    LINES: "a\nb\r\nc\n",
    QUOTES: `"double" 'single' \\back\\`,
    EQUALS: "a=b=c",
    UNICODE: "grüße 🦕 \u2028",
    "spring.profiles.active": "dev",
    "BASH_FUNC_which%%": "() {  echo\n}",
    "=odd": "1",
  };
  writeBaseEnvironment(root, env);
  assertEquals(readBaseEnvironment(root), env);
  assertEquals(Deno.statSync(root.baseEnv).mode! & 0o777, 0o600);
});

Deno.test("the base environment is a line a variable, for grep", () => {
  using temporary = new TemporaryRoot();
  writeBaseEnvironment(temporary.root, { B: "a\nb", A: "1" });
  assertEquals(Deno.readTextFileSync(temporary.root.baseEnv), 'A="1"\nB="a\\nb"\n');
});

for (const name of ["#hash", "two\nlines"]) {
  Deno.test(`a name that base.env cannot hold is left to the processes' env files: ${JSON.stringify(name)}`, () => {
    using temporary = new TemporaryRoot();
    const { root } = temporary;
    const env = { A: "1", [name]: "2" };
    const base = writeBaseEnvironment(root, env);
    assertEquals(readBaseEnvironment(root), base);
    temporary.process("api");
    writeDifference(root, "api", differenceTo(base, env, {}));
    assertEquals(mergeEnvironment(base, readDifference(root, "api"), {}), env);
  });
}

for (const line of ["A", "A=1", 'A="open', "A=[1]", '="value"']) {
  Deno.test(`a damaged line of base.env is named: ${line}`, () => {
    using temporary = new TemporaryRoot();
    const { root } = temporary;
    Deno.writeTextFileSync(root.baseEnv, `# comment\n\n${line}\n`);
    const expected = `${root.baseEnv}:3: expected NAME="value"`;
    assertThrows(() => readBaseEnvironment(root), Deno.errors.InvalidData, expected);
  });
}

Deno.test("no difference is no file, and a difference that is gone takes its file with it", () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  const { env: path } = temporary.process("api");
  const none = { set: {}, unset: [] };
  assertEquals(readDifference(root, "api"), none);
  const difference = { set: { A: 'a\n"b"' }, unset: ["B"], explicit: ["A"] };
  writeDifference(root, "api", difference);
  assertEquals(readDifference(root, "api"), difference);
  assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
  writeDifference(root, "api", none);
  assert(![...Deno.readDirSync(`${root.processes}/api`)].some(({ name }) => name === "env"));
  writeDifference(root, "api", none);
});

for (
  const text of ["{", '{"set":{}}', '{"set":{"A":1},"unset":[]}', '{"set":{},"unset":[1]}', "[]"]
) {
  Deno.test(`a damaged env file of a process is told with its path: ${text}`, () => {
    using temporary = new TemporaryRoot();
    const { env } = temporary.process("api");
    Deno.writeTextFileSync(env, text);
    assertThrows(() => readDifference(temporary.root, "api"), Deno.errors.InvalidData, `${env}: `);
  });
}

Deno.test("Python is told to print at once, however it is started; nothing else is", () => {
  const variables = (command: string, interpreter: string | null = null) =>
    Object.keys(defaultVariables({ cwd: "/srv", command, interpreter })).length > 1;
  for (
    const command of [
      "app.py",
      "/opt/venv/bin/python3.12 -m app",
      "source .venv/bin/activate && python app.py",
      "env X=1 pypy3 main",
    ]
  ) assertEquals(variables(command), true, command);
  assertEquals(variables("manage", "python3"), true);
  for (const command of ["node server.js", "cat app.pyc", "./pythonic"]) {
    assertEquals(variables(command), false, command);
  }
});
