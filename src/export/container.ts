/**
 * What every engine of containers is told alike.
 *
 * @module
 */
import { oneLine } from "../printable.ts";
import type { ExportedApp } from "./exported_app.ts";
import type { Loss } from "./rule.ts";
import { ownVariablesIn } from "./shell_checks.ts";

/** What the shell in front of a program is to set, where an engine has no word for it. */
export interface ShellSteps {
  /** How many files it may have open; `null`: the engine says so itself, or nobody. */
  readonly nofile: number | null;
}

/**
 * The words that a container runs: the program itself, or a shell that prepares what no engine of
 * containers has a word for and then becomes the program.
 */
export function containerWords(app: ExportedApp, { nofile }: ShellSteps): readonly string[] {
  const { umask, nice, hooks } = app.settings;
  const steps = [
    ...umask === null ? [] : [`umask ${umask}`],
    ...nofile === null ? [] : [`ulimit -n ${nofile}`],
    // In lines of its own: it may end in a comment.
    ...hooks?.pre_start === undefined ? [] : [`{\n${hooks.pre_start}\n}`],
  ];
  const runner = nice === null ? "" : `nice -n ${nice} `;
  if (steps.length === 0 && nice === null) return app.argv;
  return ["/bin/sh", "-c", [...steps, `exec ${runner}"$@"`].join(" && "), "sh", ...app.argv];
}

/** The variables that a container is given, its secrets left out. */
export function containerVariables(app: ExportedApp): Readonly<Record<string, string>> {
  const { port } = app.settings;
  return { ...app.variables, ...port === null ? {} : { PORT: String(port) } };
}

/** What no engine of containers can say of an app. */
export function containerLosses(
  app: ExportedApp,
  { image, secretsGoTo }: { readonly image: string | undefined; readonly secretsGoTo: string },
): readonly Loss[] {
  const { name, argv, cwd, secrets, settings: { instances, counters } } = app;
  const [program = ""] = argv;
  const lose = (what: string, why: string): Loss => ({ app: name, what, why });
  const isElsewhere = program.startsWith("/") && !program.startsWith(`${cwd}/`) &&
    !/^\/(usr\/(local\/)?)?s?bin\//.test(program);
  return [
    ...isElsewhere
      ? [lose("command", `'${oneLine(program)}' is outside of its directory: is it in the image?`)]
      : [],
    ...image === undefined
      ? []
      : [lose("cwd", `the image '${image}' has a working directory of its own`)],
    ...secrets.map((secret) =>
      lose("env", `${oneLine(secret)} may be a secret, so its value is left out: ${secretsGoTo}`)
    ),
    ...instances > 1 && Object.keys(counters).length > 0
      ? [lose("counters", "replicas have no number")]
      : [],
    ...ownVariablesIn(app).map((own) => lose(own, "nobody sets it where tsm does not run")),
  ];
}

/** What is said of a project whose processes no longer share a machine. */
export const OWN_NETWORK =
  "each container has a 127.0.0.1 of its own: who asks another process there has to be told its " +
  "name as the host, and a program has to listen on 0.0.0.0 to be reached";
