import type { HealthState } from "../../../src/api/schemas/health.ts";
import type { Meta } from "../../../src/meta/metadata.ts";
import { checkSpec, type Spec } from "../../../src/meta/spec.ts";
import type { Exit } from "../../../src/supervisor/launch/launch.ts";
import type { SpecSettings } from "../../../src/settings/table/settings_table.ts";
import type { Run } from "../../../src/supervisor/launch/run.ts";
import { makeMeta } from "../../meta/make_meta.ts";

/** A spec of `true`, with these settings. */
export function makeSpec(settings: Partial<SpecSettings> = {}): Spec {
  return checkSpec({ command: "true", argv: ["true"], cwd: "/", ...settings });
}

/** A run that ends when the test says so. */
export function fakeRun(uptime = 0): { run: Run; end: (exit: Exit) => void } {
  const { promise, resolve } = Promise.withResolvers<Exit>();
  return { run: { pid: 4711, start: 1, exited: promise, uptime: () => uptime }, end: resolve };
}

/** What a supervisor knows of a process, to be changed by the test; nothing runs. */
export interface FakeProcess {
  meta: Meta;
  spec: Spec;
  run: Run | undefined;
  health: HealthState | undefined;
  readiness: { missing: string };
  removed: boolean;
  directory: { isRemoved(): boolean };
  exclusively<T>(action: () => T | Promise<T>): Promise<T>;
  portReason(): Promise<string | undefined>;
}

/** A process that does not run, called `name`. */
export function fakeProcess(
  name: string,
  meta: Partial<Meta> = {},
  settings: Partial<SpecSettings> = {},
): FakeProcess {
  const port = settings.port ?? null;
  return {
    meta: makeMeta({ name, port, pid: null, pid_start: null, status: "stopped", ...meta }),
    spec: makeSpec(settings),
    run: undefined,
    health: undefined,
    readiness: { missing: "" },
    removed: false,
    directory: { isRemoved: () => false },
    exclusively: (action) => Promise.resolve().then(action),
    portReason: () => Promise.resolve(undefined),
  };
}

/** A health check's answer. */
export function healthState(status: HealthState["status"], reason: string | null): HealthState {
  return { status, checked_at: 1, failures: 0, reason };
}
