import * as v from "valibot";
import { failureSchema } from "../failure.ts";
import { message } from "../message.ts";
import { selectorsSchema } from "../selectors.ts";

/** The processes whose logs were rotated, and those whose could not be. */
const answer = v.object({
  /** The names of the new files; none where the logs were empty. */
  rotated: v.array(v.object({ name: v.string(), files: v.array(v.string()) })),
  failed: v.array(failureSchema),
});

/** Rotates logs now. */
export const rotateMessage = message({
  name: "rotate",
  summary: "Rotate the logs of processes now",
  schema: v.strictObject({ selectors: selectorsSchema }),
  answer,
});
