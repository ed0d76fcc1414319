import { expandVariables, isOwnVariable, type VariableUse } from "../expand_variables.ts";
import { nearest } from "../nearest.ts";
import { MAX_PROBLEMS, type Node, type Problem, type Span } from "./node.ts";

/** Characters that variables may put into the texts of one file. */
const MAX_GROWN = 4 * 1024 * 1024;

/** What reading a file needs to know of the world, and what it finds wrong. */
export class Reader {
  readonly problems: Problem[] = [];
  /** The directory that relative paths begin at; absolute. */
  readonly dir: string;
  readonly #variables: Readonly<Record<string, string>>;
  /** How often a word was looked for that may have been meant. */
  #looks = 0;
  /** Characters that variables have put into texts so far. */
  #grown = 0;

  /** @param variables The environment that `${VAR}` is taken from. */
  constructor(dir: string, variables: Readonly<Record<string, string>>) {
    this.dir = dir;
    this.#variables = variables;
  }

  /** Notes that something is wrong with a value. */
  refuse(node: Node, message: string): void {
    this.refuseKey(node.path, node.span, message);
  }

  /** Notes that a key is wrong. */
  refuseKey(path: string, span: Span | undefined, message: string): void {
    if (this.problems.length >= MAX_PROBLEMS) return;
    this.problems.push({ message, path, span });
  }

  /** The word of `known` that was probably meant by `word`, as {@linkcode nearest} finds it. */
  meant(word: string, known: readonly string[]): string | undefined {
    // It takes its time, and nobody would read so many.
    return ++this.#looks <= MAX_PROBLEMS ? nearest(word, known) : undefined;
  }

  /**
   * Puts `${VAR}` and `${VAR:-default}` from the environment into a text; `$${` is a
   * plain `${`.
   *
   * @param own Whether the variables of the process itself may be in it: they are left
   * to whoever reads the text when the process runs.
   */
  expand(text: string, node: Node, own: boolean): string {
    try {
      return expandVariables(text, (use) => {
        const value = this.#valueOf(use, own);
        this.#grown += value.length;
        if (this.#grown <= MAX_GROWN) return value;
        throw new Deno.errors.InvalidData(
          `with their variables put in, the texts of this file grow beyond ${MAX_GROWN} characters`,
        );
      });
    } catch (error) {
      if (!(error instanceof Deno.errors.InvalidData)) throw error;
      // One mistake is told of each text: what follows an unclosed variable is all of it.
      this.refuse(node, error.message);
      return text;
    }
  }

  /** @throws {Deno.errors.InvalidData} for a variable that is not set, or not known yet. */
  #valueOf({ name, standard, found }: VariableUse, own: boolean): string {
    if (isOwnVariable(name)) {
      if (own) return found;
      throw new Deno.errors.InvalidData(
        `\${${name}} is the process's own and known only when it runs: it can be in a ` +
          "command line, a hook, or a check of its health",
      );
    }
    const value = Object.hasOwn(this.#variables, name) ? this.#variables[name]! : standard;
    if (value !== undefined) return value;
    const meant = this.meant(name, Object.keys(this.#variables));
    const hint = meant ? `did you mean \${${meant}}? ` : "";
    throw new Deno.errors.InvalidData(
      `\${${name}} is not set; ${hint}\${${name}:-default} gives it a default`,
    );
  }
}
