import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Tsm } from "../harness.ts";

/** Seconds after which a command counts as hanging: it takes three where nothing else runs. */
const PATIENCE = "300";

/** Levels of aliases, each of nine of the level below. */
function aliasBomb(levels: number): string {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level < levels; level++) {
    lines.push(`a${level}: &a${level} [${Array(9).fill(`*a${level - 1}`).join(", ")}]`);
  }
  return [...lines, `apps: [*a${levels - 1}]`].join("\n");
}

/** Levels of objects, each merged from the one below many times. */
function mergeBomb(levels: number): string {
  const keys = Array.from({ length: 1000 }, (_, index) => `k${index}: 1`);
  const lines = [`a0: &a0 {${keys.join(", ")}}`];
  for (let level = 1; level < levels; level++) {
    lines.push(`a${level}: &a${level} {<<: [${Array(200).fill(`*a${level - 1}`).join(", ")}]}`);
  }
  return lines.join("\n");
}

const processes = (count: number, one: (index: number) => object) =>
  JSON.stringify({
    processes: Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`p${index}`, one(index)]),
    ),
  });
const withCommand = (command: string) => `{"processes": {"x": {"command": "${command}"}}}`;

/** An object with so many keys. */
function withKeys(key: string, value: string, count: number): string {
  return `{${Array.from({ length: count }, (_, index) => `"${key}${index}": ${value}`).join()}}`;
}

/** Hostile texts by the name of their file, and what is said of each. */
const FILES: readonly (readonly [file: string, text: string, said: string])[] = [
  ["aliases.yml", aliasBomb(8), "it holds more than 200000 values, each alias counted"],
  ["merges.yml", mergeBomb(200), "aliases, too many for a file of its size"],
  ["itself.yml", "apps: &a [*a]", "nested"],
  ["deep.yml", "[".repeat(100_000), "nested too deeply"],
  ["deep.tsm.jsonc", "[".repeat(500_000), "nested too deeply"],
  ["deep.json5", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, "nested too deeply"],
  ["unclosed.tsm.jsonc", withCommand("${A".repeat(20_000)), "'${' is no variable"],
  ["many.tsm.jsonc", withCommand("${A}".repeat(200_000)), "${A} is not set"],
  ["growing.tsm.jsonc", withCommand("${PATH}".repeat(100_000)), "grow beyond 4194304 characters"],
  ["comments.tsm.jsonc", `{${"/*".repeat(400_000)}`, "this is no JSON"],
  ["quotes.tsm.jsonc", `{"a": "${'\\"'.repeat(400_000)}`, "this text is not closed"],
  ["errors.tsm.jsonc", `{${"x\n".repeat(300_000)}`, "100 things are wrong with it"],
  ["key.tsm.jsonc", withCommand(`", "${"k".repeat(900_000)}": "`), "there is no setting"],
  [
    "unknown.tsm.jsonc",
    processes(9000, (index) => ({ command: "x", [`nonsense${index}`]: 1 })),
    "100 things are wrong with it",
  ],
  [
    "instances.tsm.jsonc",
    processes(9000, () => ({ command: "x", instances: 1000 })),
    "it lists 9000000 processes, where 10000 are the maximum",
  ],
  [
    "chain.tsm.jsonc",
    processes(9000, (i) => ({ command: "true", depends_on: [`p${i + 1}`, `p${i + 2}`] })),
    "there is no process 'p9000' here",
  ],
  [
    "circle.tsm.jsonc",
    processes(9000, (i) => ({ command: "true", depends_on: [`p${(i + 1) % 9000}`] })),
    "it depends on itself",
  ],
  [
    "Procfile.many",
    Array.from({ length: 60_000 }, (_, index) => `p${index}: sleep 1`).join("\n"),
    "it lists 60000 processes, where 10000 are the maximum",
  ],
  ["Procfile.same", "p: sleep 1\n".repeat(90_000), "'p' is there twice"],
  ["Procfile.long", `web: ${"\\".repeat(900_000)}`, "Procfile.long:1:1"],
  ["options.json", `{"apps": [${withKeys("scrpt", '"v"', 40_000)}]}`, "'script' is missing"],
  [
    "environments.json",
    `{"apps": [${withKeys("env_e", '{"A": "1"}', 25_000)}]}`,
    "an app may have 100 environments",
  ],
  [
    "unmet.tsm.jsonc",
    processes(200, (index) => ({
      command: "x",
      depends_on: Array.from({ length: 400 }, (_, other) => `q${index + other}`),
    })),
    "100 things are wrong with it",
  ],
  ["port.tsm.jsonc", processes(9000, () => ({ command: "x", port: 3000 })), "port 3000 is taken"],
  ["large.tsm.jsonc", " ".repeat(2_000_000), "it has 2000000 bytes, where 1048576 are the maximum"],
];

for (const [name, text, said] of FILES) {
  Deno.test(`${name} is refused with a clear error, soon`, async () => {
    await using tsm = new Tsm();
    tsm.write(name, text);
    // One is enough of those that take a second for being large.
    const isLarge = text.includes('"p8999"');
    const commands = isLarge ? [["validate"]] : [["validate"], ["apply", "--dry-run"], ["start"]];
    for (const words of commands) {
      const limited = tsm.shell(`exec timeout ${PATIENCE} "$@"`, [...words, name]);
      const { code, stderr } = await limited.output();
      const message = new TextDecoder().decode(stderr);
      assert(code !== 124, `${words.join(" ")} does not end`);
      assertEquals(code, 64, `${words.join(" ")}: ${message.slice(0, 1000)}`);
      assertStringIncludes(message, said, words.join(" "));
      assert(message.length < 100_000, `${words.join(" ")} says ${message.length} characters`);
    }
  });
}

Deno.test("aliases of ordinary numbers are as good as what they stand for", async () => {
  await using tsm = new Tsm();
  tsm.write(
    "process.yml",
    "base: &base {script: sleep, args: '9', interpreter: none}\napps:\n" +
      Array.from({ length: 50 }, (_, index) => `  - {<<: *base, name: p${index}}`).join("\n"),
  );
  assertStringIncludes(await tsm.ok("validate", "process.yml"), "50 processes");
});
