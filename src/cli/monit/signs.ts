import type { Listed } from "../ls/columns.ts";

/** A sign for each status, so that it can be told without its colour. */
export const SIGNS: Readonly<Record<Listed["status"], string>> = {
  online: "●",
  launching: "◐",
  stopping: "◑",
  waiting: "…",
  stopped: "○",
  errored: "✗",
  dead: "†",
};
