import type { Parts, ValueType } from "./value_type.ts";

/** The parts of a value of this kind, those of every variant; none, where it has no parts. */
export function partsOf(type: ValueType): Parts {
  if (type.kind === "object") return type.parts;
  if (type.kind !== "variant") return {};
  return Object.assign({}, ...Object.values(type.variants), type.common);
}

/** The parts that have a default, with it. */
export function defaultsOf(parts: Parts): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parts).filter(([, part]) => part.default !== undefined)
      .map(([key, part]) => [key, part.default]),
  );
}

/** The value of a list that keeps one by itself; see `isBareAlone`. */
export function bareAlone(values: readonly unknown[]): unknown {
  return values.length === 1 ? values[0] : values;
}
