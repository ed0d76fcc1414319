import * as v from "valibot";
import { read } from "../read.ts";
import { historyEntrySchema } from "../schemas/history_entry.ts";
import { count, periodParameters } from "../schemas/parameters.ts";

/** Reads what happened to one process, also to one that was removed. */
export const historyRead = read({
  name: "readHistory",
  path: "/v1/processes/{name}/history",
  summary: "Tell what happened to a process, also to one that was removed",
  query: v.strictObject({
    ...periodParameters("the first entry"),
    lines: count("How many entries, the newest", 1000, 100_000),
  }),
  answer: v.object({ history: v.array(historyEntrySchema) }),
});
