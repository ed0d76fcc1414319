import { type Node as Tree, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { MAX_DEPTH, MAX_PROBLEMS, type Node, pathTo, type Problem } from "./node.ts";

/** What a text of JSON with comments holds. */
export interface JsoncText {
  /** `undefined` if nothing could be made of it. */
  readonly node: Node | undefined;
  readonly problems: readonly Problem[];
}

const MESSAGES: Readonly<Record<string, string>> = {
  InvalidSymbol: "this is no JSON: text goes in double quotes",
  InvalidNumberFormat: "this is no number",
  PropertyNameExpected: "expected a name in double quotes",
  ValueExpected: "expected a value",
  ColonExpected: "expected ':' behind the name",
  CommaExpected: "expected ',' in front of this",
  CloseBraceExpected: "expected '}': an object is not closed",
  CloseBracketExpected: "expected ']': a list is not closed",
  EndOfFileExpected: "nothing may follow the end of the object",
  UnexpectedEndOfComment: "this comment is not closed",
  UnexpectedEndOfString: "this text is not closed: expected '\"'",
  UnexpectedEndOfNumber: "this number is not complete",
  InvalidUnicode: "'\\u' takes four hexadecimal digits",
  InvalidEscapeCharacter: "there is no such escape; a backslash is written '\\\\'",
  InvalidCharacter: "control characters are written as escapes, a tab as '\\t'",
};

/**
 * Reads JSON with comments and trailing commas, with the place of every value, and finds
 * all that is wrong with it.
 */
export function readJsonc(text: string): JsoncText {
  const errors: ParseError[] = [];
  const body = text.replace(/^\uFEFF/, " ");
  if (body.trim() === "") return { node: undefined, problems: [whole("the file is empty")] };
  let tree: Tree | undefined;
  try {
    tree = parseTree(body, errors, { allowTrailingComma: true });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { node: undefined, problems: [whole("nested too deeply")] };
  }
  const problems = errors.map(({ error, offset, length }) => ({
    message: MESSAGES[printParseErrorCode(error)] ?? printParseErrorCode(error),
    path: "",
    span: { offset, length },
  }));
  // One mistake makes the parser report several errors in a row: only the first on each line is
  // told.
  const firsts = problems.filter((problem, index) => {
    const before = problems[index - 1];
    return !before || body.slice(before.span.offset, problem.span.offset).includes("\n");
  }).slice(0, MAX_PROBLEMS);
  if (tree === undefined) return { node: undefined, problems: firsts };
  try {
    return { node: convert(tree, "", 0), problems: firsts };
  } catch (error) {
    return { node: undefined, problems: [...firsts, whole((error as Error).message)] };
  }
}

function whole(message: string): Problem {
  return { message, path: "", span: undefined };
}

function convert(tree: Tree, path: string, depth: number): Node {
  if (depth > MAX_DEPTH) throw new Deno.errors.InvalidData(`${path}: nested too deeply`);
  const span = { offset: tree.offset, length: tree.length };
  const children = tree.children ?? [];
  if (tree.type === "array") {
    const items = children.map((item, index) => convert(item, `${path}[${index}]`, depth + 1));
    return { kind: "array", path, span, items };
  }
  if (tree.type !== "object") return { kind: "scalar", path, span, value: tree.value ?? null };
  const entries = children.flatMap(({ children: pair = [] }) => {
    const [name, value] = pair;
    // The parser has reported a name without a value already.
    if (name === undefined || value === undefined) return [];
    const key = String(name.value);
    const keySpan = { offset: name.offset, length: name.length };
    return [{ key, keySpan, value: convert(value, pathTo(path, key), depth + 1) }];
  });
  return { kind: "object", path, span, entries };
}
