/**
 * What a configuration file says, as a tree that knows where each value stands.
 *
 * @module
 */

/** A stretch of a file's text. */
export interface Span {
  /** Index of its first character. */
  readonly offset: number;
  readonly length: number;
}

interface Placed {
  /** Where it is, in words: `processes.api.port`; empty for the whole. */
  readonly path: string;
  /** Where it stands; unknown in what a program computed. */
  readonly span: Span | undefined;
}

/** One value of a file. `other` is what no file of data can hold: a function, a date … */
export type Node =
  & Placed
  & (
    | { readonly kind: "object"; readonly entries: readonly Entry[] }
    | { readonly kind: "array"; readonly items: readonly Node[] }
    | { readonly kind: "scalar"; readonly value: string | number | boolean | null }
    | { readonly kind: "other"; readonly what: string }
  );

/** One `key: value` of an object. */
export interface Entry {
  readonly key: string;
  readonly keySpan: Span | undefined;
  readonly value: Node;
}

/** Something wrong with a file. */
export interface Problem {
  readonly message: string;
  /** Where in words; empty for the whole. */
  readonly path: string;
  readonly span: Span | undefined;
}

/** Problems of one file that are told: more say nothing new. */
export const MAX_PROBLEMS = 100;

/** Characters of a message that are told: it may quote a value, which may be as long as its file. */
const MAX_MESSAGE = 2000;

/** What is told of so many problems. */
export function boundProblems(problems: readonly Problem[]): readonly Problem[] {
  const short = (text: string) =>
    text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE - 1)}…` : text;
  return problems.slice(0, MAX_PROBLEMS).map(({ message, path, span }) => ({
    message: short(message),
    path: short(path),
    span,
  }));
}

/** How deeply values may be nested. */
export const MAX_DEPTH = 40;
/**
 * How many values a file may hold. Aliases of YAML make a few lines as many as one likes: eight
 * levels of nine aliases each are 43 million.
 */
const MAX_VALUES = 200_000;

/**
 * Makes the tree of a value that was read or computed without places.
 *
 * @throws {Deno.errors.InvalidData} if it is nested too deeply, or in itself, or holds too much.
 */
export function nodeOf(value: unknown): Node {
  return treeOf(value, "", 0, { left: MAX_VALUES });
}

function treeOf(value: unknown, path: string, depth: number, budget: { left: number }): Node {
  if (depth > MAX_DEPTH) {
    throw new Deno.errors.InvalidData(`${path.slice(0, 60)}…: nested too deeply, or in itself`);
  }
  if (--budget.left < 0) {
    throw new Deno.errors.InvalidData(
      `it holds more than ${MAX_VALUES} values, each alias counted with all it stands for`,
    );
  }
  const placed = { path, span: undefined };
  if (value === null) return { ...placed, kind: "scalar", value };
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
      return { ...placed, kind: "scalar", value };
    case "object":
      break;
    default:
      return { ...placed, kind: "other", what: `a ${typeof value}` };
  }
  if (Array.isArray(value)) {
    const items = value.map((item, index) => treeOf(item, `${path}[${index}]`, depth + 1, budget));
    return { ...placed, kind: "array", items };
  }
  // As in JSON, a member that is undefined is left out.
  const given = Object.entries(value).filter(([, item]) => item !== undefined);
  const entries = given.map(([key, item]) => ({
    key,
    keySpan: undefined,
    value: treeOf(item, pathTo(path, key), depth + 1, budget),
  }));
  return { ...placed, kind: "object", entries };
}

/** The path of the member `key` of the object at `path`. */
export function pathTo(path: string, key: string): string {
  const isPlain = /^[A-Za-z0-9_$-]+$/.test(key);
  if (path === "") return isPlain ? key : JSON.stringify(key);
  return isPlain ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

/** The value of the member `key`, the last one if there are several. */
export function member(node: Node, key: string): Node | undefined {
  if (node.kind !== "object") return undefined;
  return node.entries.findLast((entry) => entry.key === key)?.value;
}

/** Says in few words what a value is, for messages: `"abc"`, `12`, `a list`. */
export function describeNode(node: Node): string {
  switch (node.kind) {
    case "array":
      return node.items.length === 0 ? "an empty list" : "a list";
    case "object":
      return "an object";
    case "other":
      return node.what;
    case "scalar": {
      const text = JSON.stringify(node.value);
      return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
    }
  }
}

/** The plain value of a tree. */
export function valueOf(node: Node): unknown {
  switch (node.kind) {
    case "scalar":
      return node.value;
    case "array":
      return node.items.map(valueOf);
    case "object":
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, valueOf(value)]));
    case "other":
      return undefined;
  }
}
