import { isCrashLoop } from "../../meta/crash_loop.ts";
import { listProcesses } from "../../meta/list_processes.ts";
import type { Context } from "../context.ts";
import type { CheckResult } from "./check_result.ts";

const check = "processes";
/** More names than these are not told. */
const MAX_NAMES = 5;

/** Looks for processes that tsm has given up, and for those that crash again and again. */
export function checkProcesses({ root }: Context): readonly CheckResult[] {
  const { metas } = listProcesses(root);
  const errored = metas.filter(({ status }) => status === "errored").map(({ name }) => name);
  const looping = metas.filter(isCrashLoop).map(({ name }) => name);
  const problems = [
    ...problem(errored, "tsm has given up", (name) => `tsm logs ${name} --err --no-follow`),
    ...problem(looping, "crash again and again:", (name) => `tsm describe ${name}`),
  ];
  if (problems.length > 0) return problems;
  const message = metas.length === 0
    ? "there are none"
    : "none is errored or crashes again and again";
  return [{ check, status: "ok", message }];
}

/** @param commandFor What shows more of one. */
function problem(
  names: readonly string[],
  what: string,
  commandFor: (name: string) => string,
): readonly CheckResult[] {
  const [first] = names;
  if (first === undefined) return [];
  const more = names.length - MAX_NAMES;
  const told = names.slice(0, MAX_NAMES).join(", ") + (more > 0 ? ` and ${more} more` : "");
  const fix = `${commandFor(first)}, which shows why; 'tsm restart ${first}' when it is mended`;
  return [{ check, status: "problem", message: `${what} ${told}`, fix }];
}
