import { COMMON_FLAGS } from "./arguments.ts";
import type { Flag } from "./flag.ts";

/** The flags that may stand before the name of a command; those behind it are its own. */
export const EARLY_FLAGS: readonly Flag[] = [
  ...COMMON_FLAGS.filter(({ name }) => name === "root"),
  {
    name: "host",
    value: "HOST",
    repeat: true,
    help: "run the command on this machine over ssh; given several times, on each",
  },
  { name: "help", short: "h", help: "show help" },
  { name: "version", short: "v", help: "show the version" },
];
