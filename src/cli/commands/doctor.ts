import { messageOf } from "../../errors.ts";
import { runtimeRoot } from "../../root.ts";
import { checkRootTrusted } from "../../root_trust.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { checkPort } from "../doctor/check_port.ts";
import { CHECKS } from "../doctor/checks.ts";
import type { CheckResult } from "../doctor/check_result.ts";
import { EXIT } from "../exit_code.ts";
import { printable } from "../../printable.ts";
import { type Color, paint } from "../output/color.ts";

/** How a status is shown. */
const SHOWN: Readonly<Record<CheckResult["status"], { sign: string; color: Color }>> = {
  ok: { sign: "✓", color: "green" },
  note: { sign: "·", color: "yellow" },
  problem: { sign: "✗", color: "red" },
};

/** A check that could not look, and why. */
interface CheckFailure {
  readonly name: string;
  readonly message: string;
}

/** `tsm doctor`: looks for what usually goes wrong, and says the fix. */
export const doctorCommand: Command = {
  name: "doctor",
  usage: "[port N]",
  summary: "Look for what usually goes wrong, and say the fix",
  description: `
Looks at the programs tsm needs, the root and its permissions, the supervisor and its lock,
processes that crash, logs that cannot be rotated, who has the port
of metrics, free disk, limits, the clock and the init system;
changes nothing and starts nothing. Exits with 1 if something is wrong. 'tsm doctor port 3000' tells who holds a port.`,
  flags: [],
  examples: [
    { command: "tsm doctor", does: "look at everything" },
    { command: "tsm doctor port 3000", does: "tell who listens on a port" },
    {
      command: "tsm doctor --json | jq '.[] | select(.status == \"problem\")'",
      does: "for programs",
    },
  ],
  async run(args, context) {
    const findings: CheckResult[] = [];
    const failures: CheckFailure[] = [];
    const port = readPort(args.words);
    // Of a root that is somebody else's every check would say the same.
    checkRootTrusted(runtimeRoot(context.rootPath), context.rootPath);
    const checks = port === undefined ? CHECKS : { [`port ${port}`]: checkPort(port) };
    for (const [name, check] of Object.entries(checks)) {
      try {
        findings.push(...await check(context, args));
      } catch (error) {
        failures.push({ name, message: messageOf(error) });
      }
    }
    findings.push(...tellOnce(failures, findings));
    const problems = findings.filter(({ status }) => status === "problem").length;
    if (context.json) context.print(JSON.stringify(findings, null, 2));
    else {
      for (const finding of findings) show(context, finding);
      if (port === undefined) context.say(`\n${conclusion(problems)}`);
    }
    return problems > 0 ? EXIT.failed : EXIT.done;
  },
};

/**
 * What is told of checks that could not look: those with the same cause together, and none as a
 * problem of its own where the root cannot be used, for that is their cause.
 */
function tellOnce(
  failures: readonly CheckFailure[],
  findings: readonly CheckResult[],
): readonly CheckResult[] {
  const isUseless = findings.some(({ check, status }) => check === "root" && status === "problem");
  if (isUseless && failures.length > 0) {
    const names = failures.map(({ name }) => name).join(", ");
    return [{
      check: "others",
      status: "note",
      message: `${names}: only when the root can be used`,
    }];
  }
  const byCause = Map.groupBy(failures, ({ message }) => message);
  return [...byCause].map(([message, [first, ...others]]) => ({
    check: first!.name,
    status: "problem" as const,
    message: `cannot be looked at: ${message}` +
      (others.length === 0 ? "" : ` (nor ${others.map(({ name }) => name).join(", ")})`),
    fix: "mend what is named above, if any",
  }));
}

function readPort([what, text = "", ...more]: readonly string[]): number | undefined {
  if (what === undefined) return undefined;
  const port = Number(text);
  const isPort = /^[0-9]{1,5}$/.test(text) && port >= 1 && port <= 65535;
  if (what === "port" && isPort && more.length === 0) return port;
  throw new Deno.errors.InvalidData(
    `Cannot look at '${[what, text, ...more].join(" ").trim()}': it takes nothing, ` +
      "or a port from 1 to 65535; example: tsm doctor port 3000",
  );
}

function show(context: Context, { check, status, message, fix }: CheckResult): void {
  if (context.quiet && status !== "problem") return;
  const { sign, color } = SHOWN[status];
  // Made printable: a process may give itself any name, escape sequences included.
  const shown = printable(message, false).replaceAll("\n", " ");
  context.print(`${paint(sign, color, context.color)} ${check.padEnd(10)} ${shown}`);
  if (fix !== undefined) context.print(`${" ".repeat(13)}→ ${fix}`);
}

function conclusion(problems: number): string {
  if (problems === 0) return "Nothing is wrong.";
  return problems === 1 ? "1 problem." : `${problems} problems.`;
}
