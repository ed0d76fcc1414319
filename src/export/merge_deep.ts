/** An object of JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Puts objects into one; where two have an object under one key, these are put into one, too. */
export function mergeDeep(objects: readonly JsonObject[]): JsonObject {
  const merged = new Map<string, unknown>();
  for (const [key, value] of objects.flatMap((object) => Object.entries(object))) {
    const before = merged.get(key);
    merged.set(key, isObject(before) && isObject(value) ? mergeDeep([before, value]) : value);
  }
  return Object.fromEntries(merged);
}

/** Whether a value of JSON is an object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
