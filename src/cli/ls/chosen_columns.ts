import { nearest } from "../../nearest.ts";
import { COLUMNS, type ListColumn } from "./columns.ts";

/**
 * The columns that `--columns` was given, in that order, none of them left out.
 *
 * @throws {Deno.errors.InvalidData} for a column there is not, naming the nearest one.
 */
export function chosenColumns(chosen: string): readonly ListColumn[] {
  return chosen.split(",").map((word) => {
    const key = word.trim().toLowerCase();
    const column = COLUMNS.find((known) => known.key === key);
    if (!column) throw noColumn(word, COLUMNS.map((known) => known.key));
    const { drop: _, ...kept } = column;
    return kept;
  });
}

function noColumn(word: string, keys: readonly string[]): Error {
  const meant = nearest(word, keys);
  return new Deno.errors.InvalidData(
    `Cannot show the column '${word}': there is none; ${meant ? `did you mean ${meant}? ` : ""}` +
      `There are ${keys.join(", ")}`,
  );
}
