import type { Tsm } from "./harness.ts";

/** A program that works or fails as a test has it. */
export interface FailingProgram {
  /** The variables of a supervisor that finds it first. */
  readonly env: Readonly<Record<string, string>>;
  /** From now on it is killed at once: what it prints is no answer. */
  fail(): void;
  work(): void;
}

/** Puts `program` on a PATH of its own, where it works until it is told to fail. */
export function failingOnDemand(tsm: Tsm, program: string): FailingProgram {
  const mark = `${tsm.work}/fail-${program}`;
  const dir = `${tsm.work}/bin-${program}`;
  const real = `exec /usr/bin/env PATH="\${PATH#*:}" ${program} "$@"`;
  Deno.mkdirSync(dir);
  const script = `#!/bin/sh\n[ ! -e '${mark}' ] || kill -KILL $$\n${real}\n`;
  tsm.write(`bin-${program}/${program}`, script, 0o755);
  return {
    env: { PATH: `${dir}:${Deno.env.get("PATH") ?? "/usr/bin:/bin"}` },
    fail: () => Deno.writeTextFileSync(mark, ""),
    work: () => Deno.removeSync(mark),
  };
}
