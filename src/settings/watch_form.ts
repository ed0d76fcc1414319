import { resolve } from "@std/path";
import {
  duration,
  either,
  type Form,
  isText,
  listOf,
  mapped,
  objectOf,
  path,
  text,
} from "../document/form.ts";

const paths: Form<string[]> = either(
  [text(), listOf(text(), "", 1)],
  "a path or a list of paths",
  (node) => {
    if (isText(node)) return mapped(path, (one) => [one]);
    return node.kind === "array" ? listOf(path, "a list of paths", 1) : undefined;
  },
);

const watchObject = objectOf({
  paths: { form: paths, help: "files and directories to watch" },
  ignore: { form: listOf(text(), "a list of patterns"), help: "patterns of what does not count" },
  debounce: { form: duration(), help: "quiet time before it is restarted (200ms)" },
}, "what to watch");

/** What is watched, as `spec.json` has it; without paths, the process's working directory. */
export interface Watch {
  readonly paths: readonly string[] | undefined;
  readonly ignore: readonly string[];
  readonly debounce: number;
}

/** What is watched: `true`, paths, or an object; `null` where nothing is. */
export const watch: Form<Watch | null> = {
  schema: { anyOf: [{ type: "boolean" }, paths.schema, watchObject.schema] },
  takes: "true, paths, or an object with 'paths'",
  read(node, reader) {
    if (node.kind === "scalar" && typeof node.value === "boolean") {
      return node.value ? { paths: undefined, ignore: [], debounce: 200 } : null;
    }
    if (node.kind !== "object") {
      const found = paths.read(node, reader);
      return found && { paths: found, ignore: [], debounce: 200 };
    }
    const found = watchObject.read(node, reader);
    return found &&
      { paths: found.paths, ignore: found.ignore ?? [], debounce: found.debounce ?? 200 };
  },
};

/** The paths that are watched: the working directory where none are told. */
export function watchedPaths(found: Watch, cwd: string): readonly string[] {
  return found.paths ?? [resolve(cwd)];
}
