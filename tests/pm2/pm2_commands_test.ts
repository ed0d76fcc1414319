import { assertEquals, assertStringIncludes } from "@std/assert";
import { dirname } from "@std/path/posix";
import { commandNames, loadCommand } from "../../src/cli/commands.ts";
import { findPm2Command, PM2_COMMANDS } from "../../src/pm2/pm2_commands.ts";
import { tsmCommand } from "../e2e/tested_program.ts";
import { testNeeding } from "../test_needing.ts";
import { PM2_PROGRAM, REAL_PM2 } from "./real_pm2.ts";

/** Every command of PM2 7.0.4's `lib/binaries/CLI.js`, with the aliases that are declared there. */
const PM2_NAMES =
  `start trigger deploy startOrRestart startOrReload pid create startOrGracefulReload stop restart
   scale profile:mem profile:cpu reload id inspect delete del sendSignal ping updatePM2 update install
   module:install module:update module:generate uninstall module:uninstall package publish
   module:publish set multiset get conf config unset report link unlink monitor unmonitor open plus
   register login logout dump save cleardump send attach resurrect unstartup startup logrotate
   ecosystem init reset describe desc info show env list ls l ps status jlist slist sysinfos
   prettylist monit imonit dashboard dash flush reloadLogs logs kill pull forward backward deepUpdate
   serve expose autoinstall examples install-otel uninstall-otel`.split(/\s+/);

Deno.test("every command of PM2 has its line in the table, and no two the same name", () => {
  assertEquals(PM2_NAMES.filter((name) => !findPm2Command(name)), []);
  const names = PM2_COMMANDS.flatMap(({ names }) => names);
  assertEquals(new Set(names).size, names.length);
});

Deno.test("what the table of PM2's commands says is so", async () => {
  const own = commandNames();
  for (const { names, words, becomes } of PM2_COMMANDS) {
    if (words === undefined) {
      assertEquals(names.filter((name) => own.includes(name)), [], "tsm has it");
      assertEquals(becomes === "", false, names[0]);
      continue;
    }
    const [meant] = words;
    assertEquals((await loadCommand(meant))?.name, meant);
    for (const name of names.filter((name) => own.includes(name))) {
      // PM2's own report is the doctor's here, and tsm has another one.
      if (name !== "report") assertEquals((await loadCommand(name))?.name, meant, name);
    }
  }
});

Deno.test("a command of PM2's that nothing does is refused with what becomes of it", async () => {
  const [program, ...words] = tsmCommand() as [string, ...string[]];
  const args = [...words, "deploy", "production", "setup"];
  const { code, stderr } = await new Deno.Command(program, { args }).output();
  assertEquals(code, 64);
  assertStringIncludes(
    new TextDecoder().decode(stderr),
    "Cannot run 'tsm deploy', a command of PM2's: git and ssh deploy: docs/pm2.md has a recipe",
  );
});

testNeeding([REAL_PM2], "a real PM2 has the commands that are recorded, and no more", async () => {
  const pm2 = dirname(await Deno.realPath(PM2_PROGRAM));
  const source = await Deno.readTextFile(`${pm2}/../lib/binaries/CLI.js`);
  const found = [...source.matchAll(/\.(?:command|alias)\('([\w:-]+)/g)].map(([, name]) => name!);
  assertEquals([...new Set(found)].sort(), PM2_NAMES.toSorted());
});
