import type { Announcement } from "../api/announcement.ts";
import { toProblem } from "../api/errors.ts";
import { messageOf } from "../errors.ts";
import { printable } from "../printable.ts";
import { runSupervisor } from "./run_supervisor.ts";

const encoder = new TextEncoder();

/**
 * The supervisor's own process, started in its root.
 *
 * @param args `--detached`: nobody watches it; it announces itself on its standard
 * output. `--watched-by=PID`: who watches it. `--resurrect`: it brings back what is saved.
 * `--downgrade`: it replaces a supervisor of a newer version.
 * @returns the exit code.
 */
export async function main(args: readonly string[]): Promise<number> {
  const detached = args.includes("--detached");
  try {
    await runSupervisor({
      rootPath: Deno.cwd(),
      watcher: detached ? undefined : watcherIn(args),
      resurrect: args.includes("--resurrect"),
      downgrade: args.includes("--downgrade"),
      onReady: () => {
        if (detached) announce({ ready: true });
      },
    });
    return 0;
  } catch (error) {
    if (detached) announce(toProblem(error));
    else console.error(`tsm: ${printable(messageOf(error), false)}`);
    return exitCodeOf(error);
  }
}

/** By these a service manager can tell what trying again does not help against. */
function exitCodeOf(error: unknown): number {
  if (error instanceof Deno.errors.InvalidData) return 64;
  return error instanceof Deno.errors.NotConnected ? 69 : 1;
}

/** The pid of the command line that watches it, which may have been killed already. */
function watcherIn(args: readonly string[]): number {
  const [, pid] = args.find((arg) => arg.startsWith("--watched-by="))?.split("=") ?? [];
  return pid === undefined ? Deno.ppid : Number(pid);
}

function announce(announcement: Announcement): void {
  try {
    Deno.stdout.writeSync(encoder.encode(`${JSON.stringify(announcement)}\n`));
  } catch {
    // The command that started it has gone; the supervisor goes on.
  }
}
