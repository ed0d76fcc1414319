import { presentLogProblems } from "../../logs/log_problems.ts";
import { listProcesses } from "../../meta/list_processes.ts";
import type { Context } from "../context.ts";
import type { CheckResult } from "./check_result.ts";

const check = "logs";
/** More problems than these are not told one by one. */
const MOST = 5;

/** Looks for logs that cannot be rotated, and may grow without limit, or that lose lines. */
export function checkLogs({ root }: Context): readonly CheckResult[] {
  const problems = listProcesses(root).metas.flatMap((meta) =>
    Object.entries(presentLogProblems(root, meta)).map(([stream, text]): CheckResult => ({
      check,
      status: "problem",
      message: `${meta.name}: current.${stream}: ${text}`,
      fix: `tsm describe ${meta.name}`,
    }))
  );
  if (problems.length === 0) {
    return [{ check, status: "ok", message: "they can all be rotated" }];
  }
  const more = problems.length - MOST;
  if (more <= 0) return problems;
  const message = `so it is with ${more} logs more`;
  return [...problems.slice(0, MOST), { check, status: "problem", message }];
}
