import { ownCommand } from "../../program/own_command.ts";
import { givenEnvironment, MEMORY_VARIABLES } from "../../program/own_environment.ts";
import { SYSTEM_PATH } from "../../process/system_path.ts";
import type { RuntimeRoot } from "../../root.ts";
import { ENTER_ROOT } from "../../process/linux/enter_root.ts";

/**
 * The command that runs a supervisor in `root`, which is made if need be.
 *
 * @param mode `detached`: in a session of its own, announcing itself on standard
 * output; `foreground`: where it is, talking to the terminal.
 */
export function supervisorProcess(
  root: RuntimeRoot,
  mode: "detached" | "foreground",
  flags: readonly string[] = [],
): Deno.Command {
  const detached = mode === "detached";
  return new Deno.Command("/bin/sh", {
    args: [
      "-c",
      ENTER_ROOT,
      "sh",
      root.base,
      mode,
      ...ownCommand(),
      "supervisor",
      "--here",
      ...detached ? ["--detached"] : [`--watched-by=${Deno.pid}`],
      ...flags,
    ],
    env: ownEnvironment(),
    clearEnv: true,
    detached,
    stdin: "null",
    stdout: detached ? "piped" : "inherit",
    stderr: detached ? "piped" : "inherit",
  });
}

/**
 * The environment of a program that is tsm itself: without what would turn Deno or `fetch` away,
 * and without the variables of the process this command may run in, of which the supervisor is no
 * part; nor does it make the file for keys of TLS that a variable may ask of the runtime, which may
 * lie in the root. The programs it runs for itself are those of the system.
 */
export function ownEnvironment(): Record<string, string> {
  const kept = Object.entries(givenEnvironment()).filter(([name]) => {
    if (/^(TSM_(ID|NAME|INSTANCE|ROOT)|PORT|SSLKEYLOGFILE)$/.test(name) || /_proxy$/i.test(name)) {
      return false;
    }
    // Run from source, Deno needs these to find its cache.
    const isCache = name === "DENO_DIR" || name === "DENO_TLS_CA_STORE";
    return !name.startsWith("DENO_") || (isCache && !Deno.build.standalone);
  });
  return { ...Object.fromEntries(kept), PATH: SYSTEM_PATH, ...MEMORY_VARIABLES };
}
