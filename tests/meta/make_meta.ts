import type { Meta } from "../../src/meta/metadata.ts";

/** A `Meta` of a running process; `changes` makes it the one a test needs. */
export function makeMeta(changes: Partial<Meta> = {}): Meta {
  return {
    tsm_id: 1,
    name: "devpages-4000",
    pid: 12345,
    command: "node server.js",
    cwd: "/home/user/devpages",
    interpreter: "node",
    port: 4000,
    status: "online",
    start_time: 1697234567,
    restarts: 2,
    unstable_restarts: 0,
    env_file: "/path/to/local.env",
    pid_start: 987654,
    ...changes,
  };
}
