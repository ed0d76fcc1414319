import { nearest } from "../nearest.ts";
import type { Node, Problem, Span } from "./node.ts";

/** What reading a file needs to know of the world, and what it finds wrong. */
export class Reader {
  readonly problems: Problem[] = [];
  /** The directory that relative paths begin at; absolute. */
  readonly dir: string;
  readonly #variables: Readonly<Record<string, string>>;

  /** @param variables The environment that `${VAR}` is taken from. */
  constructor(dir: string, variables: Readonly<Record<string, string>>) {
    this.dir = dir;
    this.#variables = variables;
  }

  /** Notes that something is wrong with a value. */
  refuse(node: Node, message: string): void {
    this.problems.push({ message, path: node.path, span: node.span });
  }

  /** Notes that a key is wrong. */
  refuseKey(path: string, span: Span | undefined, message: string): void {
    this.problems.push({ message, path, span });
  }

  /**
   * Puts `${VAR}` and `${VAR:-default}` from the environment into a text; `$${` is a
   * plain `${`.
   *
   * @param own Whether the variables of the process itself may be in it: they are left
   * to whoever reads the text when the process runs.
   */
  expand(text: string, node: Node, own: boolean): string {
    if (!text.includes("${")) return text;
    return text.replace(/\$\$\{|\$\{([^}]*)\}|\$\{/g, (found, inner: string | undefined) => {
      if (found === "$${") return "${";
      const match = /^([A-Za-z_][A-Za-z0-9_]*)(?::-([^]*))?$/.exec(inner ?? "");
      if (!match) {
        this.refuse(
          node,
          `'${found}' is no variable; it is written \${NAME} or \${NAME:-default}, and $\${ for a plain \${`,
        );
        return found;
      }
      const [, name = "", standard] = match;
      if (/^(PORT|TSM_.*)$/.test(name)) {
        if (own) return found;
        this.refuse(
          node,
          `\${${name}} is the process's own and known only when it runs: it can be in a ` +
            "command line, a hook, or a check of its health",
        );
        return found;
      }
      const value = Object.hasOwn(this.#variables, name) ? this.#variables[name]! : standard;
      if (value !== undefined) return value;
      const meant = nearest(name, Object.keys(this.#variables));
      const hint = meant ? `did you mean \${${meant}}? ` : "";
      this.refuse(node, `\${${name}} is not set; ${hint}\${${name}:-default} gives it a default`);
      return "";
    });
  }
}
