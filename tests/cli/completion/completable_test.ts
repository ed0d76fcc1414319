import { assert, assertEquals } from "@std/assert";
import { completables, type Place } from "../../../src/cli/completion/completable.ts";
import { commandNames, loadCommands } from "../../../src/cli/commands.ts";

const COMMANDS = completables(await loadCommands());

function completable(name: string) {
  const found = COMMANDS.find((command) => command.name === name);
  assert(found, name);
  return found;
}

function valuesOf(command: string, flag: string) {
  return completable(command).flags.find(({ name }) => name === flag)?.place;
}

Deno.test("every command can be completed, and every alias is known", () => {
  const known = COMMANDS.flatMap(({ name, aliases }) => [name, ...aliases]);
  assertEquals(known.sort(), commandNames().sort());
});

Deno.test("what a usage line names is completed where it stands", () => {
  const processes: Place = { words: ["all"], sources: ["processes"] };
  assertEquals(completable("restart").first, processes);
  assertEquals(completable("restart").rest, processes);
  assertEquals(completable("logs").first, { words: ["all", "rotate"], sources: ["processes"] });
  assert(completable("signal").first.words.includes("SIGHUP"));
  assertEquals(completable("signal").rest, processes);
  assertEquals(completable("env").rest, { words: [], sources: [] });
  assertEquals(completable("startup").first.words, ["systemd", "openrc"]);
  assert(completable("set").first.words.includes("save.auto"));
  assert(completable("help").first.words.includes("start"));
  assertEquals(completable("start").first.sources, ["processes", "programs", "files"]);
  assertEquals(completable("start").rest.sources, ["files"]);
  assertEquals(completable("ping").first, { words: [], sources: [] });
});

Deno.test("closed lists of values are read off the flags", () => {
  assertEquals(valuesOf("start", "autorestart")?.words, ["always", "on-failure", "never"]);
  assertEquals(valuesOf("start", "port")?.words, ["auto"]);
  assertEquals(valuesOf("start", "cwd")?.sources, ["directories"]);
  assertEquals(valuesOf("start", "env-file")?.sources, ["files"]);
  assertEquals(valuesOf("start", "max-memory"), { words: [], sources: [] });
  assert(valuesOf("start", "stop-signal")?.words.includes("SIGINT"));
  assertEquals(valuesOf("ls", "root")?.sources, ["directories"]);
});
