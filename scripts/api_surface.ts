/**
 * What clients of the API rely on, as lines that can be compared: every path, parameter and field
 * of the description, with its type.
 *
 * @module
 */

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema | false;
  readonly prefixItems?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

/** The part of an OpenAPI description that is looked at. */
export interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** What a client may rely on, and what it has to send. */
export interface Surface {
  /** Sorted: each says that something is there. */
  readonly lines: readonly string[];
  /** Sorted: each says that a request is refused without something. */
  readonly demands: readonly string[];
}

/** The surface of a description. */
export function surfaceOf({ paths, components }: Description): Surface {
  const lines = new Set<string>();
  const demands = new Set<string>();
  const walk = (at: string, schema: Schema, isRequest: boolean): void => {
    lines.add(`${at}: ${kindOf(schema)}`);
    for (const [key, property] of Object.entries(schema.properties ?? {})) {
      const isRequired = schema.required?.includes(key) ?? false;
      if (isRequest && isRequired) demands.add(`${at}.${key}`);
      // A field that was always there may not be missing one day.
      if (!isRequest && isRequired) lines.add(`${at}.${key} is always there`);
      walk(`${at}.${key}`, property, isRequest);
    }
    for (const value of schema.enum ?? []) lines.add(`${at} = ${JSON.stringify(value)}`);
    for (const one of [...schema.anyOf ?? [], ...schema.oneOf ?? []]) {
      walk(`${at}|`, one, isRequest);
    }
    if (typeof schema.items === "object") walk(`${at}[]`, schema.items, isRequest);
    for (const [index, item] of schema.prefixItems?.entries() ?? []) {
      walk(`${at}[${index}]`, item, isRequest);
    }
    if (typeof schema.additionalProperties === "object") {
      walk(`${at}{}`, schema.additionalProperties, isRequest);
    }
  };
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, { parameters, requestBody, responses }] of Object.entries(operations)) {
      const at = `${method.toUpperCase()} ${path}`;
      for (const { name, in: place, required, schema } of parameters ?? []) {
        if (required) demands.add(`${at} ${place} ${name}`);
        walk(`${at} ${place} ${name}`, schema, true);
      }
      for (const [type, { schema }] of Object.entries(requestBody?.content ?? {})) {
        walk(`${at} takes ${type}`, schema, true);
      }
      for (const [status, { content }] of Object.entries(responses)) {
        for (const [type, { schema }] of Object.entries(content ?? {})) {
          walk(`${at} answers ${status} ${type}`, schema, false);
        }
      }
    }
  }
  for (const [name, schema] of Object.entries(components.schemas)) walk(name, schema, false);
  return { lines: [...lines].sort(), demands: [...demands].sort() };
}

/** The file of what was promised so far. */
export const RECORD: URL = new URL("../tests/api/v1.txt", import.meta.url);

/** Reads a record, as {@linkcode formatRecord} has written it. */
export function parseRecord(text: string): Surface {
  const [, lines = "", demands = ""] = text.split(/^# .*\n/m);
  const split = (part: string) => part.split("\n").filter((line) => line !== "");
  return { lines: split(lines), demands: split(demands) };
}

/** The text of a record with what is new added; nothing is ever taken from it. */
export function formatRecord(before: Surface, now: Surface): string {
  const merged = (old: readonly string[], present: readonly string[]) =>
    [...new Set([...old, ...present])].sort().map((line) => `${line}\n`).join("");
  const demands = merged(before.demands, now.demands);
  return `# What is there\n${merged(before.lines, now.lines)}# What is demanded\n${demands}`;
}

/** What of a record a surface has no more, and what it demands that was not demanded. */
export function brokenPromises(before: Surface, now: Surface): string[] {
  const present = new Set(now.lines);
  const known = new Set(before.demands);
  // What a new action or a new part demands breaks nobody.
  const wasThere = (demand: string) =>
    before.lines.some((line) => line.startsWith(demand.replace(/\.[^.]*$|( \S+){2}$/, "")));
  return [
    ...before.lines.filter((line) => !present.has(line)).map((line) => `gone: ${line}`),
    ...now.demands.filter((demand) => !known.has(demand) && wasThere(demand))
      .map((demand) => `demanded now: ${demand}`),
  ];
}

function kindOf({ $ref, type, const: value, enum: values, anyOf, oneOf }: Schema): string {
  if ($ref !== undefined) return $ref.slice($ref.lastIndexOf("/") + 1);
  if (value !== undefined) return JSON.stringify(value);
  if (values !== undefined) return "one of some";
  return anyOf || oneOf ? "any of some" : type ?? "anything";
}
