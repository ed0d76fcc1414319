import { assertEquals } from "@std/assert";
import { joinWords, splitWords } from "../../src/program/shell_words.ts";

const SPLIT: Readonly<Record<string, readonly string[]>> = {
  "node server.js": ["node", "server.js"],
  "  node \t server.js  ": ["node", "server.js"],
  "node 'my server.js' --port 3000": ["node", "my server.js", "--port", "3000"],
  'say "a \\"b\\" \\\\ \\$x \\n"': ["say", 'a "b" \\ $x \\n'],
  "a\\ b c": ["a b", "c"],
  "say ''": ["say", ""],
  'say "" x': ["say", "", "x"],
  "a'b'\"c\"d": ["abcd"],
  "say '$HOME | *'": ["say", "$HOME | *"],
  "java -Dx=y -jar a.jar": ["java", "-Dx=y", "-jar", "a.jar"],
  "say ä 漢 🦕": ["say", "ä", "漢", "🦕"],
  'say "a\\\nb"': ["say", "ab"],
  'say "a\\\\\nb"': ["say", "a\\\nb"],
  "'A=b' c": ["A=b", "c"],
};

for (const [line, words] of Object.entries(SPLIT)) {
  Deno.test(`a command line is split as a shell does: ${JSON.stringify(line)}`, async () => {
    assertEquals(splitWords(line), [...words]);
    // A real shell is the judge.
    const { stdout } = await new Deno.Command("/bin/sh", {
      args: ["-c", `set -- ${line}\nprintf '%s\\0' "$@"`],
    }).output();
    assertEquals(new TextDecoder().decode(stdout), words.map((word) => `${word}\0`).join(""));
  });
}

for (
  const line of [
    "a | b",
    "a && b",
    "a; b",
    "a > out",
    "echo $HOME",
    'echo "$HOME"',
    "echo `date`",
    'echo "`date`"',
    "ls *.js",
    "ls ~/x",
    "ls a?",
    "ls [ab]",
    "(a)",
    "{ a; }",
    "! a",
    "a # b",
    "a\nb",
    "PORT=3000 node server.js",
    "  PORT=3000 node server.js",
    "say 'open",
    'say "open',
    "say \\",
    "",
    "   ",
  ]
) {
  Deno.test(`what only a shell can tell is left to it: ${JSON.stringify(line)}`, () => {
    assertEquals(splitWords(line), undefined);
  });
}

for (
  const words of [
    ["node", "server.js"],
    ["a", "", "b c", "d'e", 'f"g', "$h", "i\\j", "k\nl", "*", "ä"],
    ["A=b", "c"],
    ["'"],
    [""],
  ]
) {
  Deno.test(`joined words are split into the same ones: ${JSON.stringify(words)}`, async () => {
    const line = joinWords(words);
    assertEquals(splitWords(line), words);
    const { stdout } = await new Deno.Command("/bin/sh", {
      args: ["-c", `set -- ${line}\nprintf '%s\\0' "$@"`],
    }).output();
    assertEquals(new TextDecoder().decode(stdout), words.map((word) => `${word}\0`).join(""));
  });
}

Deno.test("words are joined without quotes they do not need", () => {
  assertEquals(joinWords(["node", "./server.js", "--port=3000"]), "node ./server.js --port=3000");
});
