import {
  PROGRAM_OPTIONS,
  SUPERVISORD_OPTIONS,
  type SupervisordOption,
} from "../src/supervisord/options.ts";

/** What is said of the fate of an option. */
const FATES: Readonly<Record<SupervisordOption["fate"], string>> = {
  carried: "carried over",
  nearly: "nearly the same",
  not: "not carried over",
};

/** The rows of the table of supervisord's options: section, names, fate, and what that means. */
export function supervisordRows(): readonly (readonly string[])[] {
  return SUPERVISORD_OPTIONS.flatMap(({ title, options }) =>
    // Every section of a program has the options of one, which stand there.
    options.filter((option) => title === "[program:NAME]" || !PROGRAM_OPTIONS.includes(option))
      .map(({ names, fate, becomes }) => [
        `\`${title}\``,
        names.map((name) => `\`${name}\``).join(", "),
        FATES[fate],
        becomes,
      ])
  );
}
