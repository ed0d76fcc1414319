import { assertEquals, assertThrows } from "@std/assert";
import { parseEnvFile, readEnvFile } from "../../src/program/env_file.ts";
import { readEnvFiles, variablesOf } from "../../src/program/env_files.ts";
import { TemporaryRoot } from "../temporary_root.ts";

/** What a file sets, nothing of it expanded. */
function variablesIn(text: string): Readonly<Record<string, string>> {
  const known = { environment: {}, explicit: [], own: {} };
  return variablesOf({ entries: parseEnvFile(text, ".env"), expands: false }, known);
}

const PARSED: readonly (readonly [what: string, text: string, env: Record<string, string>])[] = [
  ["nothing", "", {}],
  ["blank lines and comments", "\n  \n# a comment\n  # another\n\t\n", {}],
  ["plain values", "A=1\nB=two words \nC=\n", { A: "1", B: "two words", C: "" }],
  ["no line break at the end", "A=1", { A: "1" }],
  ["blanks around the name and '='", "  A = 1", { A: "1" }],
  ["export", 'export A="b"\nexport C=d', { A: "b", C: "d" }],
  ["a variable called export", "export=1", { export: "1" }],
  ["a comment behind a value", "A=b # c\nB=b#c\nC= # c\nD=#c", { A: "b", B: "b", C: "", D: "" }],
  ["a comment behind a quoted value", `A="b # c" # d\nB='e'#f`, { A: "b # c", B: "e" }],
  ["line breaks in double quotes", 'A="a\\nb\\tc\\rd\\\\f"', { A: "a\nb\\tc\\rd\\\\f" }],
  ["a backslash at the end of a quoted value", 'A="C:\\"\nB=1', { A: "C:\\", B: "1" }],
  ["other backslashes", 'A="\\d \\$x"\nB=C:\\new', { A: "\\d \\$x", B: "C:\\new" }],
  ["no escapes in single quotes and backticks", "A='a\\nb'\nB=`it's \"c\"`", {
    A: "a\\nb",
    B: 'it\'s "c"',
  }],
  ["quotes inside of a plain value", `A=it's "so"`, { A: `it's "so"` }],
  ["a value of several lines", 'KEY="-----BEGIN\nabc=\n# no comment\n-----END"\nB=2', {
    KEY: "-----BEGIN\nabc=\n# no comment\n-----END",
    B: "2",
  }],
  ["nothing expanded or evaluated", "A=$HOME\nB=${A}\nC=`x`\nD=$(reboot)", {
    A: "$HOME",
    B: "${A}",
    C: "x",
    D: "$(reboot)",
  }],
  ["'=' in a value", "URL=postgres://u:p@h/db?a=b", { URL: "postgres://u:p@h/db?a=b" }],
  ["names with dots and dashes", "spring.profiles.active=dev\nx-y=1", {
    "spring.profiles.active": "dev",
    "x-y": "1",
  }],
  ["the last of several", "A=1\nA=2", { A: "2" }],
  ["the line ends of Windows, and its byte order mark", '\uFEFFA=1\r\nB="a\r\nb"\r\n', {
    A: "1",
    B: "a\nb",
  }],
  ["an empty quoted value", `A=""\nB=''\nC=\`\``, { A: "", B: "", C: "" }],
  ["a quote that is not at the beginning", `A=b"c"\nB=x'y`, { A: `b"c"`, B: "x'y" }],
  ["other quotes inside of quotes", `A="it's"\nB='"q"'`, { A: "it's", B: '"q"' }],
  ["blanks inside of quotes", `A="  b  "`, { A: "  b  " }],
  ["lines of several kinds", "A='x\ny'\n# A=z\nexport B=`1\n2`\nC=3", {
    A: "x\ny",
    B: "1\n2",
    C: "3",
  }],
  ["letters beyond ASCII", "A=grüße 🦕", { A: "grüße 🦕" }],
];

for (const [what, text, env] of PARSED) {
  Deno.test(`an env file is read as node --env-file does: ${what}`, () => {
    assertEquals(variablesIn(text), env);
  });
}

const parsesWithNode = await new Deno.Command("node", {
  args: ["-e", "require('node:util').parseEnv('A=1')"],
  stderr: "null",
}).output().then(({ success }) => success, () => false);

Deno.test({
  name: "node itself reads every one of these env files so, where node 20.12 or newer is there",
  ignore: !parsesWithNode,
  async fn() {
    // Node takes a byte order mark for a part of the first name.
    const texts = PARSED.map(([, text]) => text.replace("\uFEFF", ""));
    const script = "console.log(JSON.stringify(JSON.parse(process.argv[1]).map(" +
      "(text) => require('node:util').parseEnv(text))))";
    const { stdout } = await new Deno.Command("node", {
      args: ["-e", script, JSON.stringify(texts)],
    }).output();
    assertEquals(JSON.parse(new TextDecoder().decode(stdout)), PARSED.map(([, , env]) => env));
  },
});

/** What a process gets whose env file has this text, with `--env-expand`. */
function expandedIn(text: string): Readonly<Record<string, string>> {
  const environment = { HOME: "/root", EMPTY: "", GIVEN: "by --env", ABOVE: "environment" };
  const own = { PORT: "3000", TSM_NAME: "api" };
  const files = { entries: parseEnvFile(text, ".env"), expands: true };
  return variablesOf(files, { environment, explicit: ["GIVEN"], own });
}

const EXPANDED: readonly (readonly [what: string, text: string, a: string])[] = [
  ["a variable of the environment", "A=${HOME}/x", "/root/x"],
  ["one from a line above, which prevails over the environment", "ABOVE=1\nA=${ABOVE}", "1"],
  [
    "what was given explicitly, which prevails over a line above",
    "GIVEN=1\nA=${GIVEN}",
    "by --env",
  ],
  ["tsm's own variables", 'A="http://127.0.0.1:${PORT}/${TSM_NAME}"', "http://127.0.0.1:3000/api"],
  ["a default", "A=${NONE:-b c}", "b c"],
  ["a default for an empty value", "A=${EMPTY:-d}", "d"],
  ["an empty default", "A=<${NONE:-}>", "<>"],
  ["an empty value", "A=<${EMPTY}>", "<>"],
  ["its own former value", "A=1\nA=${A}2", "12"],
  ["no value twice", "B='${HOME}'\nA=${B}", "${HOME}"],
  ["nothing in single quotes", "A='${HOME}'", "${HOME}"],
  ["nothing in backticks", "A=`${HOME}`", "${HOME}"],
  ["no dollar sign without braces", "A=pa$$word$HOME", "pa$$word$HOME"],
  ["no escaped one", "A=$${HOME}", "${HOME}"],
];

for (const [what, text, a] of EXPANDED) {
  Deno.test(`with env_expand, ${what} is put into the value`, () => {
    assertEquals(expandedIn(text)["A"], a);
  });
}

Deno.test("with env_expand, what is not set or no variable is refused by its line", () => {
  const refuses = (text: string, message: string) =>
    assertThrows(() => expandedIn(text), Deno.errors.InvalidData, message);
  refuses("B=1\n\nA=${NONE}", ".env:3: ${NONE} is not set; ${NONE:-default} gives it a default");
  refuses("A=${LATER}\nLATER=1", ".env:1: ${LATER} is not set");
  refuses("A=${HOME", ".env:1: '${' is no variable");
  refuses("A=${HOME!}", ".env:1: '${HOME!}' is no variable");
});

Deno.test("with env_expand, lines that double each other end at a megabyte, in no time", () => {
  const lines = Array.from({ length: 64 }, (_, line) => `A${line + 1}=\${A${line}}\${A${line}}`);
  assertThrows(
    () => expandedIn(`A0=${"x".repeat(64)}\n${lines.join("\n")}`),
    Deno.errors.InvalidData,
    "more than a megabyte",
  );
  // Quadratic time would be minutes here.
  const many = "${A:-${A:-".repeat(50_000);
  assertThrows(() => expandedIn(`B=${many}`), Deno.errors.InvalidData, "is no variable");
  assertEquals(expandedIn(`A=1\nB=${"${A}".repeat(100_000)}`)["B"], "1".repeat(100_000));
});

Deno.test("of several env files a later one prevails, and expands what an earlier one says", () => {
  using temporary = new TemporaryRoot();
  const first = temporary.write("a.env", "A=1\nB=first");
  const second = temporary.write("b.env", "B=second\nC=${A}");
  const known = { environment: {}, explicit: [], own: {} };
  const env_file = [first, second];
  assertEquals(variablesOf(readEnvFiles({ env_file, env_expand: true }), known), {
    A: "1",
    B: "second",
    C: "1",
  });
  assertEquals(variablesOf(readEnvFiles({ env_file: second }), known), { B: "second", C: "${A}" });
  assertEquals(variablesOf(readEnvFiles({ env_file: null }), known), {});
});

const REFUSED: readonly (readonly [what: string, text: string, message: string])[] = [
  ["a line without '='", "A=1\n\nhello\n", '.env:3: expected KEY=value, found "hello"'],
  ["a name that begins with a digit", "1A=b", '.env:1: expected KEY=value, found "1A=b"'],
  ["a name with a blank", "A B=c", '.env:1: expected KEY=value, found "A B=c"'],
  ["a value without a name", "=c", '.env:1: expected KEY=value, found "=c"'],
  ["an open quote", 'A=1\nB="2\nC=3\n', '.env:2: the quote " is never closed'],
  ["words behind a quote", "A='b' c", `.env:1: nothing but a comment may follow`],
  ["a NUL", "A=1\nB=a\0b", ".env:2: holds a NUL character"],
];

for (const [what, text, message] of REFUSED) {
  Deno.test(`an env file that does not parse is refused by its line: ${what}`, () => {
    assertThrows(() => parseEnvFile(text, ".env"), Deno.errors.InvalidData, message);
  });
}

Deno.test("tabs are blanks, which node takes for a part of the name or value", () => {
  assertEquals(variablesIn("\tA\t=\tb\t\nB=1"), { A: "b", B: "1" });
  assertEquals(variablesIn("export\t C=d"), { C: "d" });
});

Deno.test("a message quotes no more of a line than fits, as it may be a whole secret", () => {
  const error = assertThrows(() => parseEnvFile("x".repeat(5000), ".env"), Deno.errors.InvalidData);
  assertEquals(error.message.length < 120, true);
});

Deno.test("a variable that shares its name with a property of objects arrives", () => {
  const env = variablesIn("constructor=1\ntoString=2");
  assertEquals(Object.entries(env), [["constructor", "1"], ["toString", "2"]]);
});

Deno.test("an env file is read from disk, and errors name its path", () => {
  using temporary = new TemporaryRoot();
  const path = temporary.write("local.env", "A=1\n");
  assertEquals(readEnvFile(path), [
    { name: "A", text: "1", isLiteral: false, where: `${path}:1` },
  ]);
  const missing = `${temporary.work}/missing.env`;
  assertThrows(
    () => readEnvFile(missing),
    Deno.errors.NotFound,
    `the env file '${missing}' does not exist`,
  );
  assertThrows(() => readEnvFile(temporary.work), Deno.errors.InvalidData, temporary.work);
});
