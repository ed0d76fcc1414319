import * as v from "valibot";
import { read } from "../read.ts";
import { historyEntrySchema } from "../schemas/history_entry.ts";
import { periodParameters } from "../schemas/parameters.ts";

/** Reads what happened to one process, also to one that was removed. */
export const historyRead = read({
  name: "readHistory",
  path: "/v1/processes/{name}/history",
  summary: "Tell what happened to a process, also to one that was removed",
  query: v.strictObject(periodParameters("the first entry")),
  answer: v.object({ history: v.array(historyEntrySchema) }),
});
