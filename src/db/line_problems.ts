/** What is wrong with a line: no JSON, JSON that is something else, or nothing at all. */
export type LineProblem = "damaged" | "foreign" | "empty";

interface Counts {
  readonly counts: Map<LineProblem, number>;
  /** The number of the first such line, from 1. */
  first: number;
}

/** Counts the lines that a reader of `db/` skips. */
export class LineProblems {
  readonly #files = new Map<string, Counts>();

  /** @param line Its number in the file, from 1. */
  add(path: string, line: number, problem: LineProblem): void {
    let file = this.#files.get(path);
    if (!file) this.#files.set(path, file = { counts: new Map(), first: line });
    file.first = Math.min(file.first, line);
    file.counts.set(problem, (file.counts.get(problem) ?? 0) + 1);
  }

  /** How many lines were skipped. */
  get count(): number {
    const all = [...this.#files.values()].flatMap(({ counts }) => [...counts.values()]);
    return all.reduce((sum, count) => sum + count, 0);
  }

  /** A sentence a file. */
  sentences(): string[] {
    return [...this.#files].map(([path, { counts, first }]) => {
      const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
      const kinds = [...counts].sort().map(([problem, count]) => `${count} ${problem}`).join(", ");
      const lines = total === 1 ? "1 line" : `${total} lines`;
      return `${path}: passed over ${lines} (${kinds}), the first is line ${first}`;
    });
  }
}
