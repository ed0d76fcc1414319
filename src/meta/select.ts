import { isCalled } from "./dependency_graph.ts";
import type { Meta } from "./metadata.ts";

/** What of a process a selector looks at. */
export interface Selectable extends Pick<Meta, "name" | "pid" | "port"> {
  /** `null` for one that is no longer listed. */
  readonly tsm_id: number | null;
}

/** The ways in which a selector can mean processes, the strongest first. */
const RULES = [
  "all",
  "id",
  "name",
  "app",
  "pid",
  "port",
  "pattern",
  "namespace",
  "prefix",
] as const;

/** By what a selector means the processes it selects. */
export type SelectedBy = typeof RULES[number];

/** What a selector matched. */
export type Selected<M extends Selectable = Meta> =
  | { readonly kind: "found"; readonly by: SelectedBy; readonly metas: readonly M[] }
  | { readonly kind: "none" }
  | { readonly kind: "ambiguous"; readonly candidates: readonly string[] };

/** What a process may be selected by together with others. */
export interface Groups {
  readonly namespace: string;
  /** The name its instances share. */
  readonly app: string | null;
}

/**
 * Finds the processes a selector means. The first of these that matches is taken: `all`, id, exact
 * name, the name as it was given (that of an app, or `shop` for `shop-3000`), pid, port, `/regex/`,
 * namespace, unique prefix of a name. What a user has named is meant rather than what happens to
 * have that number or to be in a namespace of that name.
 *
 * @param groupsOf Tells the groups of a process; asked only when needed.
 * @throws {Deno.errors.InvalidData} for a regular expression that does not parse.
 *
 * @example
 * ```ts
 * import { select } from "./select.ts";
 *
 * select("/^api-/", metas, () => ({ namespace: "default", app: null }));
 * ```
 */
export function select<M extends Selectable>(
  selector: string,
  metas: readonly M[],
  groupsOf: (name: string) => Groups,
): Selected<M> {
  if (selector === "") {
    throw new Deno.errors.InvalidData(
      "Cannot select processes by '': pass a name, an id, /a regex/ or 'all'",
    );
  }
  const matches = matchersOf(selector, groupsOf);
  for (const by of RULES) {
    const hits = metas.filter(matches[by]);
    const isUnclear = by === "prefix" || by === "app" && areSeparate(hits, groupsOf);
    if (hits.length > 1 && isUnclear) {
      return { kind: "ambiguous", candidates: hits.map(({ name }) => name) };
    }
    if (hits.length > 0 || by === "all" && selector === "all") {
      return { kind: "found", by, metas: hits };
    }
  }
  return { kind: "none" };
}

/** For each rule, whether it makes `selector` mean a process. */
function matchersOf(
  selector: string,
  groupsOf: (name: string) => Groups,
): Readonly<Record<SelectedBy, (listed: Selectable) => boolean>> {
  const number = /^[0-9]+$/.test(selector) ? Number(selector) : undefined;
  const pattern = parsePattern(selector);
  // No name is all digits, and none has a slash.
  const mayBeName = number === undefined && pattern === undefined;
  return {
    all: () => selector === "all",
    id: ({ tsm_id }) => tsm_id === number,
    name: ({ name }) => name === selector,
    app: ({ name, port }) =>
      mayBeName && isCalled({ name, port, app: groupsOf(name).app }, selector),
    pid: ({ pid }) => pid === number,
    port: ({ port }) => port === number,
    pattern: ({ name }) => pattern?.test(name) ?? false,
    namespace: ({ name }) => pattern === undefined && groupsOf(name).namespace === selector,
    prefix: ({ name }) => name.startsWith(selector),
  };
}

/** Whether processes that were given the same name were started apart, not as instances of an app. */
function areSeparate(
  processes: readonly Selectable[],
  groupsOf: (name: string) => Groups,
): boolean {
  return processes.length > 1 && processes.some(({ name }) => groupsOf(name).app === null);
}

/**
 * A selector that means the process of this very name, whatever app or namespace is called so: for
 * who knows which one is meant.
 */
export function exactly(name: string): string {
  return `/^${name.replaceAll(".", "\\.")}$/`;
}

/** What selects processes besides the words. */
export interface SelectOptions {
  /**
   * Whether what is selected is changed: a word that is the name of a process and a namespace with
   * others in it is refused then.
   */
  readonly isChange?: boolean;
  /** What is known of a process of that name which is no longer listed. */
  readonly removalOf?: (word: string) => string | undefined;
}

/**
 * Finds the processes of several selectors, each process once.
 *
 * @param action What was asked, for messages: "Cannot stop 'x': …".
 * @throws {Deno.errors.NotFound} if a selector matches nothing; `all` always matches.
 * @throws {Deno.errors.InvalidData} if a selector is ambiguous or does not parse.
 */
export function selectAll<M extends Selectable>(
  action: string,
  selectors: readonly string[],
  metas: readonly M[],
  groupsOf: (name: string) => Groups,
  { isChange = false, removalOf = () => undefined }: SelectOptions = {},
): readonly M[] {
  const found = new Set<M>();
  for (const selector of selectors) {
    const selected = select(selector, metas, groupsOf);
    if (selected.kind === "none") {
      throw new Deno.errors.NotFound(
        `Cannot ${action} '${selector}': no such process; ` +
          (removalOf(selector) ?? "'tsm ls' lists what there is"),
      );
    }
    if (selected.kind === "ambiguous") {
      throw new Deno.errors.InvalidData(
        `Cannot ${action} '${selector}': it could mean ${
          selected.candidates.join(", ")
        }; name one, or /^${selector}/ for all of them`,
      );
    }
    if (isChange && (selected.by === "name" || selected.by === "app")) {
      refuseClash(action, selector, selected.metas, metas, groupsOf);
    }
    for (const meta of selected.metas) found.add(meta);
  }
  return [...found];
}

/** Refuses a word that is a name and also a namespace of other processes. */
function refuseClash<M extends Selectable>(
  action: string,
  selector: string,
  named: readonly M[],
  metas: readonly M[],
  groupsOf: (name: string) => Groups,
): void {
  const grouped = metas.filter(({ name }) => groupsOf(name).namespace === selector);
  if (grouped.every((meta) => named.includes(meta))) return;
  const shown = (some: readonly M[]) => some.map(({ name }) => name).join(", ");
  // A name may be the very word that is unclear: an id never is.
  const ids = (some: readonly M[]) => some.map(({ tsm_id }) => tsm_id).join(" ");
  throw new Deno.errors.InvalidData(
    `Cannot ${action} '${selector}': it is the name of ${shown(named)}, and the namespace of ` +
      `${shown(grouped)}; give the ids: ${ids(named)} for the name, ${
        ids(grouped)
      } for the namespace`,
  );
}

function parsePattern(selector: string): RegExp | undefined {
  const match = /^\/(.*)\/(i?)$/s.exec(selector);
  if (!match) return undefined;
  try {
    return new RegExp(match[1]!, match[2]);
  } catch (error) {
    throw new Deno.errors.InvalidData(
      `Cannot select processes by '${selector}': ${(error as Error).message}; ` +
        "an example of the right form: '/^api-[0-9]+$/'",
    );
  }
}
