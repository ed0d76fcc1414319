import * as v from "valibot";
import { environmentSchema } from "./environment.ts";
import { selectorsSchema } from "./selectors.ts";

/** The check of a request to start anew what runs, with a new environment if one is given. */
export const restartRequestSchema = v.strictObject({
  selectors: selectorsSchema,
  environment: v.exactOptional(environmentSchema),
});

export type RestartRequest = v.InferOutput<typeof restartRequestSchema>;
