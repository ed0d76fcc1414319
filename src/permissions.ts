/**
 * The one list of flags tsm runs with, its permissions above all: `deno task tsm`, `deno compile` and
 * a supervisor started from source all take it from here.
 *
 * `--allow-write=.` is resolved against the working directory when the process
 * starts: the supervisor is started in its root and may write nowhere else; the
 * client gives the permission up as its first act.
 */
export const PERMISSION_FLAGS: readonly string[] = [
  "--no-prompt",
  "--allow-read",
  "--allow-write=.",
  "--allow-run",
  "--allow-env",
  "--allow-net=127.0.0.1,localhost,[::1]",
  "--allow-sys=uid,gid,hostname,loadavg,systemMemoryInfo,osUptime,statfs",
  // No permission, but the switch for Deno's datagram sockets, by which processes say that they are
  // ready; where they may be is bounded by the permissions above.
  "--unstable-net",
];
