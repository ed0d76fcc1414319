import { globToRegExp } from "@std/path/posix";
import type { WatchedFiles } from "../../settings/table/settings_table.ts";

/** What an editor leaves beside a file while it works on it. */
const EDITOR_FILE = /~$|^#.*#$|\.sw[a-z]$|^4913$|___jb_(tmp|old)___$|\.tmp$/;

/**
 * Makes the function that tells which paths are watched. Never are hidden files and
 * directories below a watched one, `node_modules`, and what editors leave for a moment;
 * nor what an ignore glob fits: the path below the watched directory, the beginning of
 * it, or a single name in it.
 *
 * @param rootPath The root of tsm: its own files are not watched.
 * @returns a function that returns the path below the watched one, or `undefined`.
 *
 * @example
 * ```ts
 * import { watchFilter } from "./watch_filter.ts";
 *
 * const isWatched = watchFilter({ paths: ["/srv"], ignore: ["*.log"], debounce: 200 }, "/root/.tsm");
 * isWatched("/srv/src/main.js"); // "src/main.js"
 * isWatched("/srv/out.log"); // undefined
 * ```
 */
export function watchFilter(
  { paths, ignore }: WatchedFiles,
  rootPath: string,
): (path: string) => string | undefined {
  const watched = paths.map(withoutSlash);
  const globs = ignore.map((glob) => withoutSlash(glob.replace(/^(\.\/)+/, "")));
  const patterns = globs.map((glob) => ({
    isAbsolute: glob.startsWith("/"),
    isName: !glob.includes("/"),
    pattern: globToRegExp(glob, { extended: true, globstar: true }),
  }));
  const isIgnored = (base: string, below: string) => {
    const names = below.split("/");
    const ways = names.map((_, index) => names.slice(0, index + 1).join("/"));
    return patterns.some(({ isAbsolute, isName, pattern }) => {
      if (isAbsolute) return ways.some((way) => pattern.test(`${base}/${way}`));
      return ways.some((way) => pattern.test(way)) ||
        (isName && names.some((name) => pattern.test(name)));
    });
  };
  return (path) => {
    if (path === rootPath || path.startsWith(`${rootPath}/`)) return undefined;
    for (const base of watched) {
      if (path === base) return base.slice(base.lastIndexOf("/") + 1);
      if (!path.startsWith(`${base}/`)) continue;
      const below = path.slice(base.length + 1);
      const names = below.split("/");
      if (names.some((name) => name.startsWith(".") || name === "node_modules")) continue;
      if (EDITOR_FILE.test(names.at(-1)!) || isIgnored(base, below)) continue;
      return below;
    }
    return undefined;
  };
}

function withoutSlash(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, "") : path;
}
