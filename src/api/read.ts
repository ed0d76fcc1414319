import type { GenericSchema } from "valibot";

/**
 * One kind of question to the supervisor that changes nothing: `GET` on its path, with a query
 * that its schema checks. Its answer has a schema too, for whoever is not tsm.
 */
export interface Read<Query, Answer> {
  /** What clients call it, as in `listProcesses`. */
  readonly name: string;
  /** From `/v1` on; `{name}` stands for the full name or the id of a process. */
  readonly path: string;
  /** What it is for, in one sentence. */
  readonly summary: string;
  /** Checks and reads the parameters, each of them a text. */
  readonly query: GenericSchema<Readonly<Record<string, string>>, Query>;
  readonly answer: GenericSchema<unknown, Answer>;
  /** What the events of the stream are that it can answer with; by their names, `message`: none. */
  readonly events?: Readonly<Record<string, GenericSchema>>;
}

/** Declares a question; only the compiler needs it. */
export function read<Query, Answer>(described: Read<Query, Answer>): Read<Query, Answer> {
  return described;
}
