import config from "../deno.json" with { type: "json" };

/**
 * tsm's version, the one in `deno.json`. A client of a newer version than the running supervisor
 * replaces it, so every release must change it.
 */
export const VERSION: string = config.version;

/** What stands for the commit in the source; `scripts/bundle.ts` puts the commit in its place. */
export const COMMIT_MARK = "@COMMIT@";

/** The commit that this was built from, `-dirty` behind it where the files differ; or `source`. */
export const COMMIT: string = COMMIT_MARK.startsWith("@") ? "source" : COMMIT_MARK;
