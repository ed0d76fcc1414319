import type { MadeProcess, Settings } from "./make_processes.ts";

/** What stands behind a setting of the defaults. */
const WHY: Readonly<Record<string, string>> = {
  autorestart: "unless it ends with exit code 0: autorestart=unexpected",
  max_restarts: "startretries=3",
  exp_backoff: "supervisord's pauses grow, too",
  kill_timeout: "stopwaitsecs=10",
  priority: "priority=999",
  nofile: "minfds",
};

/** What a file is made of. */
export interface ConfigParts {
  /** The file of supervisord's. */
  readonly path: string;
  readonly defaults: Settings;
  readonly processes: readonly MadeProcess[];
}

/**
 * The text of a `tsm.jsonc`, commented: where each process comes from, and what of it is not as it
 * was.
 */
export function configText({ path, defaults, processes }: ConfigParts): string {
  const own = Object.entries(defaults).map(([key, value]) => {
    const why = WHY[key];
    return `    ${member(key, value)},${why === undefined ? "" : ` // ${why}`}`;
  });
  return `// Made by 'tsm import supervisord' of ${oneLine(path)}.
// 'tsm validate' checks this file, 'tsm start tsm.jsonc' starts what it lists.
{
  "defaults": {
    // What supervisord does where nothing else is said.
${own.join("\n")}
  },

  "processes": {
${processes.map(entry).join("\n\n")}
  },
}`;
}

function entry({ name, source, settings, leftOut, notes }: MadeProcess): string {
  const comments = [source, ...leftOut === undefined ? [] : [`Left out: ${leftOut}.`], ...notes];
  const lines = [
    `${JSON.stringify(name)}: {`,
    ...Object.entries(settings).map(([key, value]) => `  ${member(key, value)},`),
    "},",
  ];
  const before = leftOut === undefined ? "    " : "    // ";
  return [
    ...comments.map((text) => `    // ${oneLine(text)}`),
    ...lines.map((line) => `${before}${line}`),
  ].join("\n");
}

function member(key: string, value: unknown): string {
  return `${JSON.stringify(key)}: ${spaced(value)}`;
}

/** JSON in one line, with blanks as people write it. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, one]) => member(key, one));
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/** What comes from outside must not end its comment. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]+/g, " ");
}
