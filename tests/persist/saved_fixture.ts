import type { ProcessSnapshot } from "../../src/persist/save_list.ts";
import { checkSpec } from "../../src/meta/spec.ts";
import { type Meta, parseMeta } from "../../src/meta/metadata.ts";
import { ensureRoot, processPaths, type RuntimeRoot, runtimeRoot } from "../../src/root.ts";

/** A root of its own, removed with all that is in it. */
export class TemporaryRoot implements Disposable {
  readonly root: RuntimeRoot;

  constructor() {
    this.root = runtimeRoot(Deno.makeTempDirSync({ prefix: "tsm-test-" }));
    ensureRoot(this.root);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.root.base, { recursive: true });
  }
}

/** A process called `name`, with the directory that a running one has. */
export function processState(root: RuntimeRoot, name: string, change: Partial<Meta> = {}) {
  Deno.mkdirSync(processPaths(root, name).dir, { recursive: true });
  return stateOf(name, change);
}

/** A process called `name`, without a directory. */
export function stateOf(name: string, change: Partial<Meta> = {}): ProcessSnapshot {
  const meta = parseMeta(JSON.stringify({
    tsm_id: 1,
    name,
    pid: null,
    command: "sleep 9",
    cwd: "/",
    interpreter: null,
    port: null,
    status: "online",
    start_time: null,
    restarts: 0,
    unstable_restarts: 0,
    env_file: null,
    pid_start: null,
    ...change,
  }));
  const argv = ["sleep", "9"];
  return { meta, spec: checkSpec({ command: "sleep 9", argv, cwd: "/", kill_timeout: 1234 }) };
}
