import { unhandled } from "../../errors.ts";
import type { Exported, ExportedFile } from "../../export/exported_files.ts";
import { type ExportOptions, exportTo, findFormat } from "../../export/formats/formats.ts";
import type { ExportedApp } from "../../export/exported_app.ts";
import { makeProject } from "../../export/project.ts";
import { appsOfFile, appsOnTheList } from "../../export/read_apps.ts";
import { type Format, lossText } from "../../export/rule.ts";
import { nearest } from "../../nearest.ts";
import { Notes } from "../../pm2/notes.ts";
import { readByProgram } from "../../process/run_shell.ts";
import { lookUpUser } from "../../process/user.ts";
import { givenEnvironment } from "../../program/own_environment.ts";
import type { Command } from "../command.ts";
import { loadConfig } from "../config/config_file.ts";
import { configPath } from "../config/config_path.ts";
import { giveUpRunning, NODE_FLAG } from "../config/node_flag.ts";
import type { Context } from "../context.ts";
import { type FileWriter, startWriter } from "../export/file_writer.ts";
import { writeAll } from "../output/write_all.ts";
import type { Arguments } from "../parse/arguments.ts";
import { ENV_NAME_FLAG } from "../parse/env_name_flag.ts";
import { resolveHere } from "../parse/working_directory.ts";

/** `tsm export`: writes what tsm runs in the form of another engine. */
export const exportCommand: Command = {
  name: "export",
  usage: "systemd|compose|kubernetes|dockerfile [FILE]",
  summary: "Write units for systemd, a compose.yaml, manifests for Kubernetes, Dockerfiles",
  description: `
FILE is a tsm.jsonc (by default), a Procfile or a file of PM2's; with --running it is what is on the
list. The files go to standard output, or with --output DIR into a directory: if any of them is
there, none is written, unless --force is given. Whatever the other engine has no word for is a
comment in the file and a line on standard error. Values of variables that may be secrets are left
out.

A container needs an image: --image web=registry.example/web:1 names one that is there; for the
other processes a Dockerfile is written for each working directory.`,
  flags: [
    { name: "running", help: "export what is on the list, instead of a file" },
    { name: "output", short: "o", value: "DIR", help: "write files into DIR, which is made" },
    { name: "force", short: "f", help: "with --output, replace files that are there" },
    {
      name: "image",
      value: "NAME=IMAGE",
      repeat: true,
      help: "the image of a process, which then needs no Dockerfile",
    },
    ENV_NAME_FLAG,
    NODE_FLAG,
  ],
  examples: [
    { command: "tsm export systemd --output units", does: "units for the tsm.jsonc here" },
    {
      command: "tsm export compose tsm.jsonc --image db=docker.io/library/redis:7",
      does: "a compose.yaml to look at",
    },
    { command: "tsm export kubernetes --running -o deploy", does: "what is on the list" },
  ],
  async run(args, context) {
    const [word, ...words] = args.words;
    const format = findFormat(word);
    refuseContradictions(args, format, words);
    const output = args.get("output");
    const dir = resolveHere(output ?? ".");
    const writer = output === undefined ? undefined : startWriter(dir);
    try {
      const exported = await makeExport({ ...args, words }, context, format, dir);
      tell(exported, context);
      if (writer) await writer.write(exported.files, args.has("force"));
      show(exported, context, { format, output });
    } catch (error) {
      await cancelQuietly(writer);
      throw error;
    }
  },
};

function refuseContradictions(args: Arguments, format: Format, words: readonly string[]): void {
  if (args.has("running") && words.length > 0) {
    throw new Deno.errors.InvalidData(
      `Cannot export '${words[0]}' and what is on the list at once; leave out one of them`,
    );
  }
  if (words.length > 1) {
    throw new Deno.errors.InvalidData(
      `Cannot export ${words.length} files: it takes one; example: tsm export ${format} tsm.jsonc`,
    );
  }
  if (args.has("force") && args.get("output") === undefined) {
    throw new Deno.errors.InvalidData(
      "Cannot export with --force alone: it is for files that --output DIR writes",
    );
  }
  if (args.all("image").length > 0 && !usesImages(format)) {
    throw new Deno.errors.InvalidData(
      `Cannot export to ${format} with --image: a unit of systemd takes no image`,
    );
  }
}

function usesImages(format: Format): boolean {
  switch (format) {
    case "compose":
    case "kubernetes":
    case "dockerfile":
      return true;
    case "systemd":
      return false;
    default:
      return unhandled(format);
  }
}

async function makeExport(
  args: Arguments,
  context: Context,
  format: Format,
  dir: string,
): Promise<Exported> {
  // What takes a program to find out comes before that is given up.
  const systemd = format === "systemd" ? await systemdVersion() : undefined;
  const uid = Deno.uid();
  const owner = uid === 0 ? "root" : (await lookUpUser(String(uid))).name;
  giveUpRunning(args);
  const { apps, notes } = args.has("running") ? listedApps(context) : await fileApps(args);
  const images = readImages(args.all("image"), apps);
  const options: ExportOptions = { dir, images, systemd, owner };
  const exported = await exportTo(format, makeProject(apps), options);
  return { ...exported, notes: [...notes, ...exported.notes] };
}

interface Apps {
  readonly apps: readonly ExportedApp[];
  readonly notes: readonly string[];
}

function listedApps(context: Context): Apps {
  const listed = appsOnTheList(context.root);
  if (listed.apps.length > 0) return listed;
  throw new Deno.errors.NotFound(
    "Cannot export what is on the list: there is no process; 'tsm export FORMAT FILE' takes a file",
  );
}

async function fileApps(args: Arguments): Promise<Apps> {
  const file = await loadConfig(configPath(args, "export"), "export", args);
  return { apps: appsOfFile(file.apps, givenEnvironment()), notes: file.notes };
}

/** The version of this machine's systemd; `undefined`: it has none. */
async function systemdVersion(): Promise<number | undefined> {
  const match = /^systemd (\d+)/.exec(await readByProgram("systemctl", "--version"));
  return match ? Number(match[1]) : undefined;
}

function readImages(
  given: readonly string[],
  apps: readonly ExportedApp[],
): ReadonlyMap<string, string> {
  const names = apps.map(({ name }) => name);
  return new Map(given.map((text) => {
    const [, name = "", image = ""] = /^([^=]+)=(\S+)$/.exec(text) ?? [];
    if (image === "") {
      throw new Deno.errors.InvalidData(
        `Cannot take ${JSON.stringify(text)} as an image: it takes NAME=IMAGE; ` +
          "example: --image web=registry.example/web:1",
      );
    }
    if (names.includes(name)) return [name, image];
    const meant = nearest(name, names);
    throw new Deno.errors.InvalidData(
      `Cannot use an image for '${name}': there is no such process; ` +
        (meant ? `did you mean '${meant}'?` : `there are ${names.join(", ")}`),
    );
  }));
}

/** Says on standard error what the format has no word for. */
function tell({ losses, notes }: Exported, context: Context): void {
  const told = new Notes();
  for (const loss of losses) told.add(lossText(loss), loss.app);
  for (const note of notes) told.add(note);
  for (const line of told.lines()) context.warn(`tsm: ${line}`);
}

function show(
  { files, losses, notes, next }: Exported,
  context: Context,
  { format, output }: { readonly format: Format; readonly output: string | undefined },
): void {
  if (context.json) {
    context.print(JSON.stringify({ format, files, losses, notes }, null, 2));
    return;
  }
  if (output !== undefined) {
    const names = files.map(({ name }) => name).join(", ");
    context.say(`Wrote ${files.length === 1 ? "1 file" : `${files.length} files`}: ${names}`);
    context.say(`Next: ${next.replaceAll("DIR", output)}`);
    return;
  }
  const printed = files.filter(({ isBeside }) => !isBeside);
  for (const file of printed) printFile(file, printed.length > 1, context);
  const others = files.filter(({ isBeside }) => isBeside).map(({ name }) => name);
  if (others.length > 0) {
    context.warn(`tsm: not printed: ${others.join(", ")}; --output DIR writes all files`);
  }
}

/** Into a pipe or a file it goes as it is; a terminal gets what it cannot be harmed by. */
function printFile({ name, text }: ExportedFile, isNamed: boolean, context: Context): void {
  const whole = isNamed ? `# ${name}\n${text}` : text;
  if (Deno.stdout.isTerminal()) context.print(whole.trimEnd());
  else writeAll(Deno.stdout, whole);
}

/** What failed before is what is told, not that the writer has gone. */
async function cancelQuietly(writer: FileWriter | undefined): Promise<void> {
  await writer?.cancel().catch(() => {});
}
