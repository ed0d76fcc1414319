import { expandVariables, isOwnVariable } from "../expand_variables.ts";
import { type EnvEntry, readEnvFile } from "./env_file.ts";
import type { Environment } from "./environment.ts";

/** What the env files of a process say, one file after another. */
export interface EnvFileContents {
  readonly entries: readonly EnvEntry[];
  /** Whether `${NAME}` is expanded in them; else it is a text as any other. */
  readonly expands: boolean;
}

/** The settings that say which env files a process has. */
export interface EnvFileSettings {
  readonly env_file?: string | readonly string[] | null | undefined;
  readonly env_expand?: boolean | undefined;
}

/** The env files of a process, of which there may be none, one or several. */
export function envFilesOf(setting: EnvFileSettings["env_file"]): readonly string[] {
  return setting === null || setting === undefined ? [] : [setting].flat();
}

/**
 * Reads the env files of a process.
 *
 * @throws {Deno.errors.NotFound} if one is gone.
 * @throws {Deno.errors.InvalidData} if one cannot be read, or does not parse.
 */
export function readEnvFiles({ env_file, env_expand = false }: EnvFileSettings): EnvFileContents {
  return {
    entries: envFilesOf(env_file).flatMap((path) => readEnvFile(path)),
    expands: env_expand,
  };
}

/** Characters that the expanded values may have together: each line may double the one before. */
const MAX_EXPANDED = 1024 * 1024;

/** What a variable in an env file can be, beside what stands above it. */
export interface KnownVariables {
  /** What the process gets without its env files. */
  readonly environment: Environment;
  /** The names in it that prevail over an env file: those of `--env` and the like. */
  readonly explicit: readonly string[];
  /** tsm's own variables of the process; `undefined` where it is not made yet. */
  readonly own: Environment | undefined;
}

/**
 * The variables that env files set; of a name that is set twice the later value.
 *
 * `${NAME}` is what the process gets as NAME: tsm's own variable, else what was given explicitly,
 * else what stands above it in the files, else what is in the environment.
 *
 * @throws {Deno.errors.InvalidData} for a variable that is not set and has no default, and where
 * the values grow beyond all measure.
 */
export function variablesOf(
  { entries, expands }: EnvFileContents,
  known: KnownVariables,
): Environment {
  const variables = new Map<string, string>();
  const explicit = new Set(known.explicit);
  const valueOf = (name: string): string | undefined => {
    if (isOwnVariable(name) && known.own === undefined) return "";
    if (known.own !== undefined && Object.hasOwn(known.own, name)) return known.own[name];
    const above = explicit.has(name) ? undefined : variables.get(name);
    return above ?? (Object.hasOwn(known.environment, name) ? known.environment[name] : undefined);
  };
  let length = 0;
  for (const entry of entries) {
    const text = expands && !entry.isLiteral ? expanded(entry, valueOf) : entry.text;
    length += text.length;
    if (expands && length > MAX_EXPANDED) {
      throw new Deno.errors.InvalidData(
        `${entry.where}: with their variables put in, the values have more than a megabyte`,
      );
    }
    variables.set(entry.name, text);
  }
  return Object.fromEntries(variables);
}

function expanded(
  { text, where }: EnvEntry,
  valueOf: (name: string) => string | undefined,
): string {
  let length = 0;
  try {
    return expandVariables(text, ({ name, standard }) => {
      // An empty value takes the default, as in a shell.
      const value = standard === undefined ? valueOf(name) : valueOf(name) || standard;
      if (value === undefined) {
        throw new Deno.errors.InvalidData(
          `\${${name}} is not set; \${${name}:-default} gives it a default`,
        );
      }
      length += value.length;
      if (length > MAX_EXPANDED) {
        throw new Deno.errors.InvalidData("with its variables put in, it has more than a megabyte");
      }
      return value;
    });
  } catch (error) {
    if (!(error instanceof Deno.errors.InvalidData)) throw error;
    throw new Deno.errors.InvalidData(`${where}: ${error.message}`);
  }
}
