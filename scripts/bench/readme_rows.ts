import { formatChart } from "./chart.ts";
import type { Contender } from "./contender.ts";
import { describeMachine } from "./machine.ts";
import { formatHeadlines } from "./report.ts";
import type { Result } from "./result.ts";

const PROJECT = new URL("../..", import.meta.url).pathname;
const BEGIN = "<!-- Made by deno task bench. -->";
const END = "<!-- Made until here. -->";

/**
 * Writes what the README shows of a full run: the rows that have a headline between their markers,
 * and the same as a picture, `docs/bench.svg`.
 *
 * @throws {Error} where the README has no such markers.
 */
export async function writeReadmeRows(
  results: readonly Result[],
  contenders: readonly Contender[],
): Promise<void> {
  const measured = contenders.map(({ name, version }) => `${name} ${version}`).join(", ");
  const machine = (await describeMachine()).join("; ");
  const day = new Date().toISOString().slice(0, 10);
  const about = `Medians of ${measured}, measured on ${day}. The machine: ${machine}.`;
  await Deno.writeTextFile(`${PROJECT}docs/bench.svg`, formatChart(results, about));
  const path = `${PROJECT}README.md`;
  const readme = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, withRows(readme, formatHeadlines(results)));
}

/** The README with other rows. */
export function withRows(readme: string, rows: string): string {
  const [before, behind] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (before < 0 || behind < before) {
    throw new Error(`README.md has no '${BEGIN}' with '${END}' behind it`);
  }
  return `${readme.slice(0, before)}${BEGIN}\n\n${rows}\n\n${readme.slice(behind)}`;
}
