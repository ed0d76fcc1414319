import type { Meta } from "./metadata.ts";

/** What of a process a selector looks at. */
export interface Selectable extends Pick<Meta, "name" | "pid" | "port"> {
  /** `null` for one that is no longer listed. */
  readonly tsm_id: number | null;
}

/** What a selector matched. */
export type Selected<M extends Selectable = Meta> =
  | { readonly kind: "found"; readonly metas: readonly M[] }
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
 * name, `/regex/`, namespace, app, pid, port, unique prefix of a name.
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
  if (selector === "all") return { kind: "found", metas };
  const number = /^[0-9]+$/.test(selector) ? Number(selector) : undefined;
  const pattern = parsePattern(selector);
  const rules: ((meta: M) => boolean)[] = [
    (meta) => meta.tsm_id === number,
    (meta) => meta.name === selector,
    (meta) => pattern?.test(meta.name) ?? false,
    (meta) => pattern === undefined && groupsOf(meta.name).namespace === selector,
    (meta) => pattern === undefined && groupsOf(meta.name).app === selector,
    (meta) => meta.pid === number,
    (meta) => meta.port === number,
  ];
  for (const rule of rules) {
    const hits = metas.filter(rule);
    if (hits.length > 0) return { kind: "found", metas: hits };
  }
  const hits = metas.filter((meta) => meta.name.startsWith(selector));
  if (hits.length === 1) return { kind: "found", metas: hits };
  if (hits.length > 1) return { kind: "ambiguous", candidates: hits.map((meta) => meta.name) };
  return { kind: "none" };
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
): readonly M[] {
  const found = new Set<M>();
  for (const selector of selectors) {
    const selected = select(selector, metas, groupsOf);
    if (selected.kind === "none") {
      throw new Deno.errors.NotFound(
        `Cannot ${action} '${selector}': no such process; 'tsm ls' lists what there is`,
      );
    }
    if (selected.kind === "ambiguous") {
      throw new Deno.errors.InvalidData(
        `Cannot ${action} '${selector}': it could mean ${
          selected.candidates.join(", ")
        }; name one, or /^${selector}/ for all of them`,
      );
    }
    for (const meta of selected.metas) found.add(meta);
  }
  return [...found];
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
