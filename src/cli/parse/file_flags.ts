import { ENV_NAME_FLAG } from "./env_name_flag.ts";
import type { Arguments } from "./arguments.ts";
import type { Flag } from "./flag.ts";

/** What may be said of a file that lists processes. */
export const FILE_FLAGS: readonly Flag[] = [
  {
    name: "only",
    value: "NAMES",
    help: "with a file: only these of its processes, and what they depend on",
  },
  ENV_NAME_FLAG,
];

/**
 * Refuses flags that only a file that lists processes has a use for.
 *
 * @param verb What is asked, for the message.
 * @throws {Deno.errors.InvalidData} if one is given.
 */
export function refuseFileFlags(args: Arguments, verb: string): void {
  const given = FILE_FLAGS.find(({ name }) => args.get(name) !== undefined);
  if (!given) return;
  throw new Deno.errors.InvalidData(
    `Cannot ${verb} '${
      args.words.join(" ")
    }' with --${given.name}: that is for a file that lists ` +
      `processes; example: tsm ${verb} tsm.jsonc --${given.name} ${given.value}`,
  );
}
