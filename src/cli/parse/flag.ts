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
