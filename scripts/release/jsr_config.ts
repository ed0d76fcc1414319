/** Which library each name stands for. */
export type ImportMap = Readonly<Record<string, string>>;

/** The parts of a `deno.json` that say where libraries come from. */
export interface LibraryConfig {
  readonly imports: ImportMap;
  readonly exclude?: readonly string[];
  readonly compilerOptions: { readonly types?: readonly string[] };
}

/** Types of the npm build of `@std`, which has none; they would hide those of the real library. */
const OWN_TYPES = "src/types/std.d.ts";

/**
 * The configuration with the libraries of `jsr` in the place of those of the same names, checked
 * against their own types.
 *
 * @param config What `deno.json` has; all else in it is kept.
 * @param jsr The imports of `deno.jsr.json`.
 */
export function jsrConfig<C extends LibraryConfig>(config: C, jsr: ImportMap): C & LibraryConfig {
  const types = (config.compilerOptions.types ?? []).filter((path) => path !== `./${OWN_TYPES}`);
  return {
    ...config,
    imports: { ...config.imports, ...jsr },
    // Found below src/ it would be taken up all the same.
    exclude: [...config.exclude ?? [], OWN_TYPES],
    compilerOptions: { ...config.compilerOptions, types },
  };
}
