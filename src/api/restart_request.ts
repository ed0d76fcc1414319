import * as v from "valibot";
import { sentEnvironmentSchema } from "./environment.ts";
import { selectorsSchema } from "./selectors.ts";

/** The check of a request to start anew what runs, with a new environment if one is given. */
export const restartRequestSchema = v.strictObject({
  selectors: selectorsSchema,
  environment: v.exactOptional(sentEnvironmentSchema),
});

export type RestartRequest = v.InferOutput<typeof restartRequestSchema>;
