import type { Flag } from "./flag.ts";

/** The flag that chooses a named environment of a file. */
export const ENV_NAME_FLAG: Flag = {
  name: "env-name",
  value: "NAME",
  help: "lay the environment NAME of the file over the plain one",
};
