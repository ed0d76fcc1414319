/** What the names in `%(name)s` stand for. */
export type Expansions = Readonly<Record<string, string | number>>;

// Each part has a bound, so that the time it takes grows with the length of the text only.
const USE = /%(?:%|\(([^)]{0,200})\)([-+ 0#]{0,5})([0-9]{0,3})(?:\.([0-9]{1,3}))?([a-zA-Z])|)/g;

/** Characters that a text may have when the values are in it. */
const MAX_LENGTH = 1_000_000;

/**
 * Puts values into a text as Python's `%` does: `%(program_name)s`, `%(process_num)02d`, `%%`.
 *
 * @param ofEnvironment Gives the value of `%(ENV_NAME)s`, where none of `expansions` has that name.
 * @throws {Deno.errors.InvalidData} for a name that nothing stands for, and for a lone `%`.
 *
 * @example
 * ```ts
 * import { expand } from "./expand.ts";
 *
 * expand("worker_%(process_num)02d", { process_num: 3 }, () => ""); // "worker_03"
 * ```
 */
export function expand(
  text: string,
  expansions: Expansions,
  ofEnvironment: (name: string) => string,
): string {
  let length = text.length;
  return text.replace(USE, (found, name, flags, width, precision, kind) => {
    if (found === "%%") return "%";
    if (name === undefined) {
      throw new Deno.errors.InvalidData(
        "a '%' stands alone; it is written %% where it is meant, and %(name)s for a value",
      );
    }
    const value = Object.hasOwn(expansions, name)
      ? expansions[name]!
      : name.startsWith("ENV_")
      ? ofEnvironment(name.slice(4))
      : undefined;
    if (value === undefined) {
      throw new Deno.errors.InvalidData(`%(${name})s stands for nothing that is known`);
    }
    const shown = format(value, { flags, width: Number(width), precision, kind });
    length += shown.length;
    if (length > MAX_LENGTH) throw new Deno.errors.InvalidData("it becomes too long");
    return shown;
  });
}

interface Conversion {
  readonly flags: string;
  readonly width: number;
  readonly precision: string | undefined;
  readonly kind: string;
}

/** Source: https://docs.python.org/3/library/stdtypes.html#printf-style-string-formatting */
function format(
  value: string | number,
  { flags, width, precision, kind }: Conversion,
): string {
  const digits = digitsOf(value, kind);
  if (digits === undefined) {
    throw new Deno.errors.InvalidData(`%${kind} cannot show ${JSON.stringify(value)}`);
  }
  const isText = kind === "s" || kind === "r" || kind === "a";
  const text = precision === undefined
    ? digits
    : isText
    ? digits.slice(0, Number(precision))
    : digits.padStart(Number(precision), "0");
  const signed = !isText && flags.includes("+") ? `+${text}` : text;
  if (flags.includes("-")) return signed.padEnd(width);
  return signed.padStart(width, flags.includes("0") && !isText ? "0" : " ");
}

function digitsOf(value: string | number, kind: string): string | undefined {
  if (/^[sra]$/.test(kind)) return String(value);
  if (typeof value !== "number") return undefined;
  if (/^[diu]$/.test(kind)) return String(value);
  const radix = { x: 16, X: 16, o: 8 }[kind];
  if (radix === undefined) return undefined;
  const text = value.toString(radix);
  return kind === "X" ? text.toUpperCase() : text;
}
