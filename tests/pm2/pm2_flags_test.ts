import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { dirname } from "@std/path/posix";
import { commandOf, fateOf, pm2FlagRows } from "../../scripts/pm2_flag_rows.ts";
import type { Command } from "../../src/cli/command.ts";
import { readArguments } from "../../src/cli/parse/read_arguments.ts";
import { inOwnFlags } from "../../src/cli/parse/pm2_flags.ts";
import { findPm2Command } from "../../src/pm2/pm2_commands.ts";
import { tsmCommand } from "../e2e/tested_program.ts";
import { testNeeding } from "../test_needing.ts";
import { PM2_PROGRAM, REAL_PM2 } from "./real_pm2.ts";
import { RECORDED_FLAGS } from "./recorded/command_line.ts";

/** Whether the command takes this, and nothing of it is left as a word of its own. */
function isTaken(command: Command, ...given: readonly string[]): boolean {
  try {
    return readArguments(command, given).words.length === 0;
  } catch {
    return false;
  }
}

Deno.test("every flag of PM2's command line has a row in docs/pm2.md, and none is unknown", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/pm2.md", import.meta.url));
  for (const [index, [flags, of, becomes]] of pm2FlagRows().entries()) {
    const { spelled } = RECORDED_FLAGS[index]!;
    for (const one of spelled) assertStringIncludes(flags!, `\`${one}\``);
    const line = page.split("\n").find((line) =>
      line.startsWith(`| ${flags} `) && line.includes(` ${of} `)
    );
    assertStringIncludes((line ?? "").replaceAll("\\|", "|"), becomes!);
    assert(becomes !== "" && becomes !== "unknown", flags);
  }
});

for (const flag of RECORDED_FLAGS) {
  const command = commandOf(flag);
  if (command === undefined) {
    Deno.test(`${flag.of} ${flag.spelled}: PM2's command is refused as a whole`, () => {
      const pm2 = findPm2Command(flag.of);
      assert(pm2 && pm2.words === undefined && pm2.becomes !== "");
    });
    continue;
  }
  for (const spelled of flag.spelled) {
    const fate = fateOf(command, spelled);
    Deno.test(`${flag.of} ${spelled}: what the table says of it is so (${fate.fate})`, async () => {
      const given = inOwnFlags(command, [spelled, "5"]);
      switch (fate.fate) {
        case "own": {
          const row = pm2FlagRows()[RECORDED_FLAGS.indexOf(flag)]!.join();
          const isOther = row.includes(`\`${spelled}\` is `) || row.includes("takes a value here");
          const given = isOther || flag.takes === "value" ? [`${spelled}=5`] : [spelled];
          return assert(isTaken(command, ...given), row);
        }
        case "mapped": {
          const { args: [first, ...rest], notes } = await given;
          const [, name, value = ""] = /^--([^=]+)=?(.*)$/.exec(first!)!;
          assertEquals([name, notes], [fate.flag, []]);
          assert(isTaken(command, first!), first);
          return assertEquals(rest, value === "" ? ["5"] : []);
        }
        case "ignored": {
          const { args, notes } = await given;
          assertEquals(fate.hasValue, flag.takes !== "nothing");
          assertEquals(args, fate.hasValue ? [] : ["5"]);
          return assertEquals(notes, [`PM2's ${spelled} is ignored: ${fate.becomes}`]);
        }
        case "refused": {
          const { message } = await assertRejects(() => given, Deno.errors.InvalidData);
          return assertEquals(
            message,
            `Cannot run 'tsm ${command.name}' with PM2's ${spelled}: ${fate.becomes}`,
          );
        }
        case "none":
          throw new Error("tsm knows nothing of it");
      }
    });
  }
}

Deno.test("a flag by which PM2 changes a process at its restart says what does that", async () => {
  for (const  of of["restart", "reload"]) {
    const command = commandOf({ of, spelled: [], takes: "value" })!;
    for (const flag of ["--cron-restart", "--max-memory-restart", "-i", "--name"]) {
      const { message } = await assertRejects(
        () => inOwnFlags(command, ["api", flag, "1"]),
        Deno.errors.InvalidData,
      );
      assertEquals(
        message,
        `Cannot run 'tsm ${of}' with PM2's ${flag}: 'tsm start COMMAND' with it, --name NAME and ` +
          "--force changes the process",
      );
    }
  }
});

Deno.test("-c of a shell is not taken for PM2's: what is no cron pattern goes behind --", async () => {
  const start = commandOf({ of: "start", spelled: ["-c"], takes: "value" })!;
  for (const pattern of ["0 3 * * *", "*/5 * * * *", "@daily", "5"]) {
    const { args } = await inOwnFlags(start, ["job.js", "-c", pattern]);
    assertEquals(args, ["job.js", `--cron-restart=${pattern}`]);
  }
  const { message } = await assertRejects(
    () => inOwnFlags(start, ["sh", "-c", "echo a b c d"]),
    Deno.errors.InvalidData,
  );
  assertStringIncludes(message, "as in: tsm start -- sh -c 'echo a b c d'");
});

Deno.test("'tsm ls', which has a bundle of its own, knows PM2's flags too", async () => {
  const [program, ...words] = tsmCommand() as [string, ...string[]];
  const args = [...words, "ls", "--mini-list"];
  const { code, stderr } = await new Deno.Command(program, { args }).output();
  assertEquals(code, 64);
  assertStringIncludes(
    new TextDecoder().decode(stderr),
    "Cannot run 'tsm ls' with PM2's --mini-list: 'tsm ls --columns",
  );
});

testNeeding([REAL_PM2], "a real PM2 has the flags that are recorded, and no more", async () => {
  const pm2 = dirname(await Deno.realPath(PM2_PROGRAM));
  const source = await Deno.readTextFile(`${pm2}/../lib/binaries/CLI.js`);
  const found = [...source.matchAll(/\.option\('([^']*)'/g)].map(([, declared = ""]) => {
    const spelled = declared.split(/[ ,]+/).filter((word) => word.startsWith("-"));
    const isOptional = declared.includes("[") ? "value or nothing" : "nothing";
    return `${spelled.join()}: ${declared.includes("<") ? "value" : isOptional}`;
  });
  const recorded = RECORDED_FLAGS.map(({ spelled, takes }) => `${spelled.join()}: ${takes}`);
  assertEquals([...new Set(found)].sort(), [...new Set(recorded)].sort());
});
