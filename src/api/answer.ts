import type { GenericSchema, InferOutput } from "valibot";

/** What nobody changes: neither who answers nor who is answered. */
export type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
  : T;

/** What an answer holds, by its schema. */
export type AnswerOf<Schema extends GenericSchema> = DeepReadonly<InferOutput<Schema>>;
