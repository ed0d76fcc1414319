import { findForeign } from "../../patrol/foreign_entries.ts";
import { lstatIfThere, statIfThere } from "../../files/path_info.ts";
import { checkRealDirectory } from "../../root.ts";
import { runShell } from "../../process/run_shell.ts";
import { messageOf } from "../../errors.ts";
import type { Context } from "../context.ts";
import { existingPart } from "./existing_part.ts";
import type { CheckResult } from "./check_result.ts";

const ELSEWHERE = "name a directory of your own with --root or TSM_ROOT";

/** Looks whether the root can be used, and whether others can look into it. */
export async function checkRoot({ root }: Context): Promise<readonly CheckResult[]> {
  const check = "root";
  const { base } = root;
  const problem = (message: string, fix: string): CheckResult => ({
    check,
    status: "problem",
    message,
    fix,
  });
  const info = statIfThere(base);
  if (info === undefined) return [await checkParent(base)];
  if (!info.isDirectory) return [problem(`${base} is no directory`, ELSEWHERE)];
  const uid = Deno.uid();
  if (info.uid !== uid) {
    return [
      problem(`${base} belongs to another user (uid ${info.uid}, you are ${uid})`, ELSEWHERE),
    ];
  }
  const entries = [...Deno.readDirSync(base)].map(({ name }) => name);
  if (entries.length > 0 && !entries.includes("runtime")) {
    return [problem(`${base} is not empty and holds no 'runtime' directory`, ELSEWHERE)];
  }
  const findings: CheckResult[] = [];
  if (!await isWritable(base)) {
    findings.push(problem(
      `${base} cannot be written to: its file system is read-only, or its mode forbids it`,
      `chmod 700 ${base}, or mount it for writing`,
    ));
  }
  const mode = (info.mode ?? 0) & 0o777;
  if ((mode & 0o077) !== 0) {
    findings.push(problem(
      `${base} has mode ${mode.toString(8).padStart(4, "0")}: others can look into it`,
      `chmod 700 ${base}`,
    ));
  }
  for (const path of [root.runtime, root.processes, root.pids, `${base}/db`]) {
    try {
      checkRealDirectory(path);
    } catch (error) {
      findings.push(problem(messageOf(error), `mv ${path} ${path}.away`));
    }
  }
  for (const { path, reason } of findForeign(root)) {
    const fix = "'tsm shutdown --keep-processes' and 'tsm patrol': the next supervisor puts it " +
      "into quarantine";
    findings.push(problem(`${path} ${reason}`, fix));
  }
  for (const path of [root.supervisorJson, root.baseEnv]) {
    const secret = (lstatIfThere(path)?.mode ?? 0) & 0o077;
    if (secret !== 0) findings.push(problem(`others can read ${path}`, `chmod 600 ${path}`));
  }
  if (findings.length > 0) return findings;
  return [{ check, status: "ok", message: `${base} is yours alone and can be written to` }];
}

async function checkParent(base: string): Promise<CheckResult> {
  const parent = existingPart(base);
  if (await isWritable(parent)) {
    const message = `${base} is not there yet: the first start makes it`;
    return { check: "root", status: "ok", message };
  }
  return {
    check: "root",
    status: "problem",
    message: `${base} is not there and cannot be made: ${parent} cannot be written to`,
    fix: ELSEWHERE,
  };
}

async function isWritable(path: string): Promise<boolean> {
  return (await runShell('[ -w "$1" ] && [ -x "$1" ] && echo yes', path)) === "yes\n";
}
