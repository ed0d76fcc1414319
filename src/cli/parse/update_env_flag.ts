import type { Flag } from "./flag.ts";

/** The flag that gives processes another environment when they are started anew. */
export const UPDATE_ENV_FLAG: Flag = {
  name: "update-env",
  help: "give them this command line's environment",
};
