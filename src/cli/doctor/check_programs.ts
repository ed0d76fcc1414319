import { NEEDED, USEFUL } from "../../process/linux/programs.ts";
import { runShell } from "../../process/run_shell.ts";
import type { CheckResult } from "./check_result.ts";

/** Either can close what its caller left open under any number; other shells know ten numbers. */
const CLOSING: readonly string[] = ["bash", "busybox"];

/** Looks for the shell and the few programs that tsm runs. */
export async function checkPrograms(): Promise<readonly CheckResult[]> {
  const check = "programs";
  let found: readonly string[];
  try {
    const names = [...[...NEEDED, ...USEFUL].map(({ program }) => program), ...CLOSING];
    const script = 'for name; do command -v "$name" >/dev/null && echo "$name"; done';
    found = (await runShell(script, ...names)).split("\n");
  } catch (error) {
    return [{
      check,
      status: "problem",
      message: `/bin/sh cannot be run: ${(error as Error).message}`,
      fix: "use an image that has a shell, as debian:bookworm-slim; tsm cannot do without",
    }];
  }
  const missing = (needed: typeof NEEDED | typeof USEFUL, status: CheckResult["status"]) =>
    needed.filter(({ program }) => !found.includes(program)).map((entry): CheckResult => ({
      check,
      status,
      message: `there is no '${entry.program}', which tsm needs ${entry.for}`,
      fix: `apt-get install ${entry.package}`,
    }));
  const findings = [...missing(NEEDED, "problem"), ...missing(USEFUL, "note")];
  if (!CLOSING.some((program) => found.includes(program))) {
    findings.push({
      check,
      status: "note",
      message: "there is neither 'bash' nor 'busybox': files that whoever starts the supervisor " +
        "has open under numbers above 9 stay open in it and in all processes",
      fix: "apt-get install bash",
    });
  }
  return findings.length > 0
    ? findings
    : [{ check, status: "ok", message: "/bin/sh and all that tsm runs with it are there" }];
}
