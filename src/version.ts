import config from "../deno.json" with { type: "json" };

/**
 * tsm's version, the one in `deno.json`. A client of another version than the
 * running supervisor replaces it, so every release must change it.
 */
export const VERSION: string = config.version;
