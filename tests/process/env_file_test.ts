import { assertEquals, assertThrows } from "@std/assert";
import { parseEnvFile, readEnvFile } from "../../src/process/env_file.ts";
import { TemporaryRoot } from "../temporary_root.ts";

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
  ["letters beyond ASCII", "A=grüße 🦕", { A: "grüße 🦕" }],
];

for (const [what, text, env] of PARSED) {
  Deno.test(`an env file is read as node --env-file does: ${what}`, () => {
    assertEquals(parseEnvFile(text, ".env"), env);
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

Deno.test("blanks and tabs may stand behind export, which node takes for a part of the name", () => {
  assertEquals(parseEnvFile("export\t C=d", ".env"), { C: "d" });
});

Deno.test("a message quotes no more of a line than fits, as it may be a whole secret", () => {
  const error = assertThrows(() => parseEnvFile("x".repeat(5000), ".env"), Deno.errors.InvalidData);
  assertEquals(error.message.length < 120, true);
});

Deno.test("a variable that shares its name with a property of objects arrives", () => {
  const env = parseEnvFile("constructor=1\ntoString=2", ".env");
  assertEquals(Object.entries(env), [["constructor", "1"], ["toString", "2"]]);
});

Deno.test("an env file is read from disk, and errors name its path", () => {
  using temporary = new TemporaryRoot();
  const path = temporary.write("local.env", "A=1\n");
  assertEquals(readEnvFile(path), { A: "1" });
  const missing = `${temporary.work}/missing.env`;
  assertThrows(
    () => readEnvFile(missing),
    Deno.errors.NotFound,
    `the env file '${missing}' does not exist`,
  );
  assertThrows(() => readEnvFile(temporary.work), Deno.errors.InvalidData, temporary.work);
});
