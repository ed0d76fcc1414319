import { writeAll } from "../output/write_all.ts";

/** How large a terminal is. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What is on the screen; only the lines that have changed are written to it. */
export class Screen {
  readonly #to: { writeSync(bytes: Uint8Array): number };
  #lines: readonly string[] = [];
  #size: Size = { columns: 0, rows: 0 };

  /** @param to The terminal. */
  constructor(to: { writeSync(bytes: Uint8Array): number }) {
    this.#to = to;
  }

  /** Shows these lines, at most as many as the terminal has. */
  draw(lines: readonly string[], size: Size): void {
    const { columns, rows } = this.#size;
    const isAnother = size.columns !== columns || size.rows !== rows;
    const before = isAnother ? [] : this.#lines;
    // Below what is drawn there may be anything if the size has changed.
    let text = isAnother ? "\x1b[2J" : "";
    for (let row = 0; row < size.rows; row++) {
      const now = lines[row] ?? "";
      // Erased before, not behind: behind a full line the last character would go.
      if (now !== (before[row] ?? "")) text += `\x1b[${row + 1};1H\x1b[2K${now}`;
    }
    if (text !== "") writeAll(this.#to, text);
    this.#lines = lines.slice(0, size.rows);
    this.#size = size;
  }

  /** Forgets what is on the screen: somebody else has written to it. */
  forget(): void {
    this.#size = { columns: 0, rows: 0 };
  }
}
