import { sendSignal } from "../../src/process/signals.ts";
import type { Tsm } from "./harness.ts";
import { startSupervisorHere } from "./supervisor_here.ts";

/** A program that works or fails as a test has it. */
export interface FailingProgram extends AsyncDisposable {
  /** From now on it is killed at once: what it prints is no answer. */
  fail(): void;
  work(): void;
}

/** Starts a supervisor whose `program` works until it is told to fail. */
export async function failingOnDemand(tsm: Tsm, program: string): Promise<FailingProgram> {
  const mark = `${tsm.work}/fail-${program}`;
  const dir = `${tsm.work}/bin-${program}`;
  const real = `exec /usr/bin/env PATH="\${PATH#*:}" ${program} "$@"`;
  Deno.mkdirSync(dir);
  const script = `#!/bin/sh\n[ ! -e '${mark}' ] || kill -KILL $$\n${real}\n`;
  tsm.write(`bin-${program}/${program}`, script, 0o755);
  const supervisor = await startSupervisorHere(tsm, {
    PATH: `${dir}:${Deno.env.get("PATH") ?? "/usr/bin:/bin"}`,
  });
  return {
    fail: () => Deno.writeTextFileSync(mark, ""),
    work: () => Deno.removeSync(mark),
    async [Symbol.asyncDispose]() {
      // It may have left by itself.
      sendSignal(supervisor.pid, "SIGTERM");
      await supervisor.status;
    },
  };
}
