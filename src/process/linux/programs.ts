/** Programs that nothing works without, beside `/bin/sh`, and the package of Debian that has them. */
export const NEEDED = [
  { program: "cat", for: "to read /proc", package: "coreutils" },
  { program: "ln", for: "to link pid files", package: "coreutils" },
  { program: "ls", for: "to find who holds a port", package: "coreutils" },
  { program: "grep", for: "to find what a process left behind", package: "grep" },
] as const;

/** Those that something is missing without. */
export const USEFUL = [
  { program: "setpriv", for: "for 'tsm start --user'", package: "util-linux" },
  { program: "setsid", for: "to start programs at the least cost", package: "util-linux" },
  { program: "find", for: "to find who holds a log open", package: "findutils" },
  { program: "gzip", for: "to compress rotated logs at a low priority", package: "gzip" },
  { program: "prlimit", for: "to manage more than some hundred processes", package: "util-linux" },
  { program: "getent", for: "for 'tsm startup' and '--user'", package: "libc-bin" },
] as const;
