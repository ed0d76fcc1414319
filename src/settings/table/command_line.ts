import type { TextType } from "./value_type.ts";

/** A line that a shell runs. */
export const COMMAND_LINE = {
  kind: "text",
  what: "a command line",
  maximum: 10_000,
  keepsOwnVariables: true,
} as const satisfies TextType;
