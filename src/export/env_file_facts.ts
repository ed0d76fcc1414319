import { readPlainText } from "../files/read_text.ts";
import { parseEnvFile } from "../program/env_file.ts";
import type { Lost } from "./rule.ts";

/** What an env file may have in it that not everybody reads as tsm does. */
export type Oddity = "export" | "quotes" | "backticks" | "comment" | "dollar";

const ODDITIES: Readonly<Record<Oddity, { readonly line: RegExp; readonly called: string }>> = {
  export: { line: /^\s*export\s/m, called: "'export'" },
  quotes: { line: /^[^#\n=]*=\s*["']/m, called: "quotes" },
  backticks: { line: /^[^#\n=]*=\s*`/m, called: "backticks" },
  comment: { line: /^[^#\n=]*=[^#\n]*#/m, called: "'#' behind a value" },
  dollar: { line: /^[^#\n=]*=.*\$/m, called: "'$'" },
};

/** What an export has to know of an env file; its values are not part of it. */
export interface EnvFileFacts {
  /** The variables that it sets. */
  readonly names: readonly string[];
  readonly oddities: readonly Oddity[];
}

/** Looks into an env file; one that cannot be read has nothing in it. */
export function envFileFacts(path: string): EnvFileFacts {
  let text: string;
  try {
    text = readPlainText(path);
    const names = parseEnvFile(text, path).map(({ name }) => name);
    const oddities = Object.entries(ODDITIES).filter(([, { line }]) => line.test(text))
      .map(([oddity]) => oddity as Oddity);
    return { names, oddities };
  } catch {
    // What is wrong with it is told when the file that lists the processes is read.
    return { names: [], oddities: [] };
  }
}

/** Tells which oddities of a file `reader` reads otherwise than tsm. */
export function tellOddities(
  reader: string,
  found: readonly Oddity[],
  readOtherwise: readonly Oddity[],
): readonly Lost[] {
  const told = found.filter((oddity) => readOtherwise.includes(oddity))
    .map((oddity) => ODDITIES[oddity].called);
  return told.length === 0
    ? []
    : [{ lost: `${reader} reads ${told.join(", ")} otherwise than tsm` }];
}
