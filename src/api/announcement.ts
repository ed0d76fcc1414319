import type { Problem } from "./errors.ts";

/** What a supervisor in the background tells the command that started it, as a line of JSON. */
export type Announcement = { readonly ready: true } | Problem;
