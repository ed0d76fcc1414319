import type { Contender, Missing } from "./contender.ts";
import { describeMachine } from "./machine.ts";
import { formatDetails, formatTable } from "./report.ts";
import type { Result } from "./result.ts";

const PATH = `${import.meta.dirname}/RESULTS.md`;
/** What stands behind this line is written by people, and kept. */
const REMARKS = "<!-- Remarks: kept by the next run. -->";

/** Writes `RESULTS.md`; the remarks at its end stay. */
export async function writeResults(
  results: readonly Result[],
  contenders: readonly Contender[],
  missing: readonly Missing[],
): Promise<string> {
  const before = await Deno.readTextFile(PATH).catch(() => "");
  const [, remarks = "\n"] = before.split(REMARKS);
  const notes = results.flatMap(({ what, note }) => note ? [`- ${what}: ${note}`] : []);
  await Deno.writeTextFile(
    PATH,
    `# Results of \`deno task bench\`

Written by a full run on ${new Date().toISOString().slice(0, 10)}. Medians of interleaved runs; in
brackets the ratio to tsm. ✓ reached, ✗ missed, ? nobody there to compare with.

${list(await describeMachine())}
${list(contenders.map(({ name, version }) => `${name} ${version}`))}
${list(missing.map(({ name, reason }) => `${name} left out: ${reason}`))}
${formatTable(results)}

${notes.join("\n")}

## The runs

${formatDetails(results)}

${REMARKS}${remarks}`,
  );
  return PATH;
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}\n`).join("");
}
