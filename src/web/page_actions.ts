import * as v from "valibot";

/**
 * Everything a page may have done, each with what it may say of it: nothing here names a program or
 * an environment. Who gets hold of a page can hold up processes, and run nothing of their own.
 */
const ACTIONS = {
  restart: v.strictObject({ selectors: selectors() }),
  reload: v.strictObject({ selectors: selectors() }),
  stop: v.strictObject({ selectors: selectors(), keep: v.literal(true) }),
  scale: v.strictObject({
    selector: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
    relative: v.literal(false),
    number: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1000)),
  }),
} as const;

function selectors() {
  return v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(64))), v.length(1));
}

/** What a page may have done. */
export type PageAction = keyof typeof ACTIONS;

/**
 * Reads what a page wants done.
 *
 * @param name The last part of the path.
 * @returns the body for the supervisor; `undefined` where a page may not ask for that.
 */
export function readPageAction(name: string, body: unknown): unknown {
  if (!Object.hasOwn(ACTIONS, name)) return undefined;
  const result = v.safeParse(ACTIONS[name as PageAction], body);
  return result.success ? result.output : undefined;
}
