import type { ShownStatus } from "../../meta/status.ts";

/** A sign for each status, so that it can be told without its colour. */
export const SIGNS: Readonly<Record<ShownStatus, string>> = {
  online: "●",
  launching: "◐",
  stopping: "◑",
  waiting: "…",
  scheduled: "◷",
  stopped: "○",
  errored: "✗",
  dead: "†",
};

/** The sign of one in a crash loop, whatever its status is just now. */
export const CRASH_LOOP_SIGN = "↻";
