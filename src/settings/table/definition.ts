import type { Part } from "./value_type.ts";

/** What to run, where, and with which variables: kept by itself, not as a setting of the spec. */
export const DEFINITION_SETTINGS = {
  command: {
    type: { kind: "command" },
    help: "a command line, a file to run, or a list of words",
  },
  cwd: {
    type: { kind: "path" },
    help: "its working directory; that of the file or the shell by default",
    flag: { name: "cwd", value: "DIR" },
    pm2: { names: ["cwd"], note: "`cwd`, from the directory of the file" },
  },
  env: {
    type: { kind: "variables" },
    help: "variables over the environment and env_file",
    flag: { name: "env", short: "e", value: "K=V", repeat: true },
    pm2: { names: ["env"], note: "`env`; a `PORT` in it is the process's port" },
  },
  environments: {
    type: { kind: "map", of: { kind: "variables" }, what: "an object from names to variables" },
    help: "variables over env, for 'tsm start FILE --env-name NAME'",
    pm2: { names: ["env_NAME"], note: "`environments`, chosen by `--env-name NAME`" },
  },
} as const satisfies Readonly<Record<string, Part>>;
