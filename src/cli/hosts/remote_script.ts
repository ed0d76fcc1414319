/**
 * What a machine is told over ssh.
 *
 * The login shell there is only asked to start `sh`; what that is to do comes by its standard input.
 * So it does not matter whether the login shell is bash, fish or csh, which quote in different ways:
 * none of them ever sees a word of the command.
 *
 * @module
 */

/** The word that begins the line in which the script tells of the machine. */
const FACTS = "tsm-on-this-host:";

/** What is known of a machine before tsm runs there. */
export interface RemoteFacts {
  /** Its clock, in epoch seconds. */
  readonly clock: number;
  /** The version of its tsm; `undefined` where that does not say so. */
  readonly version: string | undefined;
}

/** What is to be run there. */
export interface RemoteCommand {
  /** The path of tsm there, or its name on the `PATH`; `~/` is the home directory there. */
  readonly program: string;
  /** What follows `tsm`. */
  readonly words: readonly string[];
  /** Variables for it alone. What tsm starts gets them too. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Makes the script for `sh`: it tells the clock and the version, then becomes tsm. `TSM_HOSTS` is
 * removed, for a machine whose profile sets it would hand the command on, maybe to this one.
 */
export function remoteScript({ program, words, variables }: RemoteCommand): string {
  const tsm = quoteProgram(program);
  const exports = Object.entries(variables).map(([key, value]) => `export ${key}=${quote(value)}`);
  return [
    "unset TSM_HOSTS",
    `command -v ${tsm} >/dev/null 2>&1 || { echo '${FACTS} none'; exit 127; }`,
    // The line break ends what a profile may have printed without one.
    `printf '\\n%s %s %s\\n' '${FACTS}' "$(date +%s)" ` +
    `"$(${tsm} --version 2>/dev/null </dev/null | head -n 1)"`,
    ...exports,
    `exec ${[tsm, ...words.map(quote)].join(" ")} </dev/null`,
    "",
  ].join("\n");
}

/**
 * Reads a line that the script may have printed.
 *
 * @returns `"none"` where there is no tsm; `undefined` for any other line, which a profile printed.
 */
export function readFacts(line: string): RemoteFacts | "none" | undefined {
  const [mark, clock = "", ...rest] = line.split(" ");
  if (mark !== FACTS) return undefined;
  if (clock === "none") return "none";
  const [, version] = /^tsm ([0-9A-Za-z.+-]{1,40})( |$)/.exec(rest.join(" ")) ?? [];
  const seconds = Number(clock);
  return { clock: seconds > 0 && seconds < 1e11 ? seconds : Date.now() / 1000, version };
}

/** Quotes a word for a POSIX shell: between single quotes nothing is evaluated. */
function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function quoteProgram(program: string): string {
  return program.startsWith("~/") ? `"$HOME"/${quote(program.slice(2))}` : quote(program);
}
