import { extname } from "@std/path/posix";

/** By the extension of a file what can run it: the first that is on the `PATH` does. */
export const INTERPRETERS: Readonly<Record<string, readonly string[]>> = {
  ".js": ["node", "bun", "deno run -A"],
  ".mjs": ["node", "bun", "deno run -A"],
  ".cjs": ["node", "bun", "deno run -A"],
  ".ts": ["deno run -A", "bun", "node"],
  ".mts": ["deno run -A", "bun", "node"],
  ".tsx": ["deno run -A", "bun"],
  ".jsx": ["deno run -A", "bun"],
  ".py": ["python3", "python"],
  ".rb": ["ruby"],
  ".pl": ["perl"],
  ".php": ["php"],
  ".lua": ["lua"],
  ".sh": ["bash", "sh"],
  ".bash": ["bash"],
};

/** Whether a file of this name is a script by its extension. */
export function isScriptName(path: string): boolean {
  return extname(path) in INTERPRETERS;
}
