import { assert, assertEquals } from "@std/assert";
import { expand } from "../../src/supervisord/expand.ts";
import { importSupervisord } from "../../src/supervisord/import_supervisord.ts";
import { readFiles } from "../../src/supervisord/read_files.ts";
import { readCommon, readPrograms } from "../../src/supervisord/read_programs.ts";
import { readConfig } from "../../src/config/read_config.ts";
import { splitWords } from "../../src/program/shell_words.ts";
import { testNeeding } from "../test_needing.ts";
import {
  RECORD,
  type Recorded,
  RECORDED_ENVIRONMENT,
  recordedFiles,
  type RecordedProcess,
} from "./recorded_files.ts";

const SIZE = 50 * 1024 * 1024;
const FILES = 10;

const ofEnvironment = (name: string) => RECORDED_ENVIRONMENT[name] ?? "";

for (const { name, path, dir, text } of recordedFiles()) {
  Deno.test(`${name} is read as supervisord reads it`, () => {
    const files = readFiles(
      path,
      (patterns, here) => expand(patterns, { here }, ofEnvironment),
    );
    const surroundings = { hostName: "machine", ofEnvironment, valueNow: ofEnvironment };
    const common = readCommon(files, surroundings);
    const processes = readPrograms(files, common, surroundings).flatMap((program) =>
      program.processes.map(({ stdout, stderr, ...process }): RecordedProcess => ({
        ...process,
        group: program.group,
        stdout: stdout.file,
        stderr: stderr.file,
        stdoutSize: stdout.maxbytes ?? SIZE,
        stdoutFiles: stdout.backups ?? FILES,
      }))
    );
    const recorded: Recorded = JSON.parse(text.replaceAll("$HERE", dir));
    const key = ({ group, name }: RecordedProcess) => `${group}\0${name}`;
    assertEquals(
      Object.fromEntries(processes.map((one) => [key(one), withoutNull(one)])),
      Object.fromEntries(recorded.processes.map((one) => [key(one), withoutNull(one)])),
    );
    assertEquals(common.umask ?? 0o22, recorded.umask);
    assertEquals(common.minfds ?? 1024, recorded.minfds);
    assertEquals(common.directory ?? null, recorded.directory);
  });

  Deno.test(`${name} becomes a tsm.jsonc that tsm takes, and that starts the same`, async () => {
    const made = await importSupervisord(path, {
      hostName: "machine",
      variables: RECORDED_ENVIRONMENT,
    });
    const file = await readConfig(`${dir}/tsm.jsonc`, {
      variables: RECORDED_ENVIRONMENT,
      text: made.text,
    });
    assertEquals(file.problems, [], made.text);
    const recorded: Recorded = JSON.parse(text.replaceAll("$HERE", dir));
    // What is left out is not started, and nothing else is missing.
    const left = made.processes.filter(({ leftOut }) => leftOut !== undefined);
    const count = (instances: readonly unknown[]) =>
      instances.reduce<number>((sum, one) => sum + Number(one ?? 1), 0);
    assertEquals(
      count(file.apps.map(({ instances }) => instances)) +
        count(left.map(({ settings }) => settings["instances"])),
      recorded.processes.length,
    );
    for (const { name: own, words, explicit, settings } of file.apps) {
      const command = words.length === 1 ? splitWords(words[0]!) : words;
      const text = JSON.stringify([command, sorted(explicit), settings.user ?? null]);
      const texts = recorded.processes.map(({ command, environment, user }) =>
        JSON.stringify([command, sorted(environment), user ?? null])
      );
      assert(texts.includes(text), `${own}: ${text} is none of ${texts.join(", ")}`);
    }
    const shown = `${made.text}\n`.replaceAll(dir, "$HERE");
    const notes = made.notes.map((note) => `${note}\n`).join("").replaceAll(dir, "$HERE");
    assertEquals(shown, Deno.readTextFileSync(`${dir}/tsm.jsonc.expected`));
    assertEquals(notes, Deno.readTextFileSync(`${dir}/notes.expected`));
  });

  testNeeding(["supervisord"], `${name} was recorded as this supervisord reads it`, async () => {
    const supervisord = await programPath("supervisord");
    const [first = ""] = Deno.readTextFileSync(supervisord).split("\n");
    const python = first.replace(/^#!\s*/, "").split(" ")[0]!;
    const { stdout, stderr, success } = await new Deno.Command(python, {
      args: [RECORD, path],
    }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    assert(success, decode(stderr));
    assertEquals(JSON.parse(decode(stdout)), JSON.parse(text));
  });
}

function withoutNull(process: RecordedProcess) {
  return Object.fromEntries(
    Object.entries(process).filter(([, value]) => value !== null && value !== undefined),
  );
}

function sorted(variables: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(variables).sort());
}

async function programPath(program: string): Promise<string> {
  const { stdout } = await new Deno.Command("which", { args: [program] }).output();
  return new TextDecoder().decode(stdout).trim();
}
