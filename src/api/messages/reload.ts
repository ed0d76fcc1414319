import * as v from "valibot";
import { failureSchema } from "../failure.ts";
import { message } from "../message.ts";
import { restartRequestSchema } from "../restart_request.ts";
import { metaSchema } from "../schemas/meta.ts";

/** The processes that were reloaded, and what kept others from it. */
const answer = v.object({ reloaded: v.array(metaSchema), failed: v.array(failureSchema) });

/** Restarts processes one instance after another, with a new environment if one is given. */
export const reloadMessage = message({
  name: "reload",
  summary: "Restart processes one instance after another, each when the last one serves",
  schema: restartRequestSchema,
  answer,
});
