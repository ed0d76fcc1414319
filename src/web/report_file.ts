import { problem, problemResponse } from "../api/errors.ts";
import { ownCommand } from "../program/own_command.ts";

/** Where the report is to be had as one file. */
export const REPORT_PATH = "/report.html";

/**
 * The report as one file with its charts, to be kept or sent: what `tsm report --html` prints.
 *
 * @param since How far it goes back, as in `7d`.
 */
export async function reportFile(since: string): Promise<Response> {
  if (!/^\d{1,3}[hd]$/.test(since)) {
    return problemResponse(problem(400, "invalid", `'${since}' is no number of hours or days`));
  }
  const [program, ...words] = ownCommand() as [string, ...string[]];
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...words, "report", "--html", "--since", since],
    stdin: "null",
  }).output();
  if (success) return new Response(stdout, { headers: { "content-type": "text/html" } });
  const reason = new TextDecoder().decode(stderr).trim();
  return problemResponse(problem(500, "failed", `the report could not be made: ${reason}`));
}
