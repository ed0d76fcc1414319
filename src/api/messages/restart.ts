import * as v from "valibot";
import { failureSchema } from "../failure.ts";
import { message } from "../message.ts";
import { restartRequestSchema } from "../restart_request.ts";
import { metaSchema } from "../schemas/meta.ts";

/** The processes that were restarted, and those that could not be. */
const answer = v.object({ restarted: v.array(metaSchema), failed: v.array(failureSchema) });

/** Restarts processes, with a new environment if one is given. */
export const restartMessage = message({
  name: "restart",
  summary: "Restart processes",
  schema: restartRequestSchema,
  answer,
});
