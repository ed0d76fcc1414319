import { isFile, isThere } from "../../files/path_info.ts";
import { readTextIfThere } from "../../files/read_text.ts";
import { readProcessesSync } from "../../process/linux/read_process_table.ts";
import { givenEnvironment } from "../../program/own_environment.ts";
import { type ImportedConfig, importSupervisord } from "../../supervisord/import_supervisord.ts";
import { loadConfigText } from "../config/config_file.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit_code.ts";
import { type Arguments, NO_ARGUMENTS } from "../parse/arguments.ts";
import { resolveHere } from "../parse/working_directory.ts";
import { startConfig, tellStarted } from "../start/start_file.ts";

/** Where supervisord looks for its configuration, in this order. */
const PLACES = [
  "supervisord.conf",
  "etc/supervisord.conf",
  "/etc/supervisord.conf",
  "/etc/supervisor/supervisord.conf",
];

/** Where Debian has it keep its pid. */
const PID_FILE = "/var/run/supervisord.pid";

/**
 * `tsm import supervisord`: prints a `tsm.jsonc`, or starts what it lists.
 *
 * @param file As the user gave it; `undefined`: the one that supervisord would find.
 * @returns the exit code, where it is not 0.
 * @throws {Deno.errors.NotFound} if there is no such file.
 * @throws {Deno.errors.InvalidData} if supervisord would not take it.
 * @throws {Deno.errors.Busy} if supervisord still runs.
 */
export async function importFromSupervisord(
  file: string | undefined,
  args: Arguments,
  context: Context,
): Promise<number | void> {
  if (args.get("dump") !== undefined) {
    throw new Deno.errors.InvalidData(
      "Cannot import from supervisord with --dump: that is PM2's; name the file itself",
    );
  }
  const path = resolveHere(file ?? findFile());
  if (!isThere(path)) {
    throw new Deno.errors.NotFound(
      `Cannot import '${path}': there is no such file; without one it is the first there is of ` +
        PLACES.join(", "),
    );
  }
  const imported = await importSupervisord(path, {
    hostName: await hostName(),
    variables: givenEnvironment(),
  });
  for (const note of imported.notes) context.warn(`tsm: ${note}`);
  if (args.has("apply")) return await apply(path, imported, args, context);
  if (context.json) return context.print(JSON.stringify(imported.processes.map(asJson), null, 2));
  context.print(imported.text);
}

async function apply(
  path: string,
  { text, pidfile }: ImportedConfig,
  args: Arguments,
  context: Context,
): Promise<number> {
  if (!args.has("force")) refuseIfRunning(path, pidfile ?? PID_FILE);
  const config = await loadConfigText(resolveHere("tsm.jsonc"), text, "import");
  // Its --force means supervisord, not what tsm runs already.
  const answer = await startConfig(config, undefined, NO_ARGUMENTS, context);
  await tellStarted(context, answer);
  if (answer.unchanged.length > 0) {
    context.say(`Already running: ${answer.unchanged.join(", ")}`);
  }
  if (context.json) context.print(JSON.stringify(answer.started, null, 2));
  return answer.failed.length > 0 ? EXIT.failed : EXIT.done;
}

function findFile(): string {
  const found = PLACES.find((place) => isFile(resolveHere(place)));
  if (found !== undefined) return found;
  throw new Deno.errors.NotFound(
    `Cannot import from supervisord: there is none of ${PLACES.join(", ")}; name the file: ` +
      "tsm import supervisord FILE",
  );
}

/** Refuses while supervisord runs: its processes run too, and would run twice. */
function refuseIfRunning(path: string, pidfile: string): void {
  const pid = Number(readTextIfThere(pidfile) ?? "0");
  if (!Number.isInteger(pid) || pid < 1) return;
  const comm = readProcessesSync([pid]).get(pid)?.comm;
  if (comm === undefined || !/^(supervisord|python)/.test(comm)) return;
  throw new Deno.errors.Busy(
    `Cannot import '${path}': supervisord still runs (pid ${pid}), and every service would run ` +
      "twice; 'supervisorctl shutdown' ends it, --force imports all the same",
  );
}

/** What `%(host_node_name)s` stands for. */
async function hostName(): Promise<string> {
  const { stdout } = await new Deno.Command("uname", { args: ["-n"], stdin: "null" }).output();
  return new TextDecoder().decode(stdout).trim();
}

function asJson(
  { name, source, settings, leftOut, notes }: ImportedConfig["processes"][number],
) {
  return { name, source, settings, left_out: leftOut ?? null, notes };
}
