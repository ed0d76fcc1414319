/** One flag of a command. */
export interface Flag {
  /** Without the dashes. */
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  /** What its value is, for the help; a flag without one is a switch. */
  readonly value?: string;
  /** The value it has when it is given without one; only `--flag=VALUE` gives another. */
  readonly optional?: string;
  /** It may be given several times. */
  readonly repeat?: boolean;
  readonly help: string;
}

/** The ways to type a flag: `--name`, and `-n` where it has a letter. */
export function spellings({ name, short }: Flag): readonly string[] {
  return short ? [`--${name}`, `-${short}`] : [`--${name}`];
}

/** Whether it is none of these flags, but may be one of PM2's, or take its values as PM2's does. */
export function isForeign(arg: string, flags: readonly Flag[]): boolean {
  const [name] = splitValue(arg);
  if (!/^--?[A-Za-z]/.test(name)) return false;
  return name === "--instances" || !flags.flatMap(spellings).includes(name);
}

/** The flag and the value of `--flag=value`. */
export function splitValue(arg: string): readonly [string, string | undefined] {
  const equals = arg.indexOf("=");
  return equals === -1 ? [arg, undefined] : [arg.slice(0, equals), arg.slice(equals + 1)];
}
