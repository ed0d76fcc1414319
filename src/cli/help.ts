import { COMMON_FLAGS } from "./parse/arguments.ts";
import type { Command } from "./command.ts";
import { aliasesOf } from "./aliases.ts";
import type { Flag } from "./parse/flag.ts";

/** The help of one command, made from its description. */
export function formatHelp(command: Command): string {
  const aliases = aliasesOf(command.name);
  const sections = [
    `${command.summary}\n`,
    `Usage: ${usageText(command)}\n`,
    aliases.length > 0 ? `Also called: ${aliases.join(", ")}\n` : "",
    command.description ? `${command.description.trim()}\n` : "",
    `Flags:\n${formatFlags([...command.flags, ...COMMON_FLAGS])}`,
    `Examples:\n${formatExamples(command)}`,
  ];
  return sections.filter((section) => section !== "").join("\n");
}

/** A command as it is typed: `tsm stop SEL… [--keep]`. */
export function usageText({ name, usage }: Command): string {
  return `tsm ${name}${usage ? ` ${usage}` : ""}`;
}

/** What is said of tsm as a whole: by its help and by its man page. */
export const ABOUT = {
  summary: "tsm starts programs, keeps them running, and keeps their logs.",
  usage: "tsm COMMAND [WORDS] [FLAGS]",
  begin: [
    'tsm start "node server.js" --name myapp --port 3000',
    "tsm ls",
    "tsm logs myapp-3000",
    "tsm stop myapp-3000",
  ],
  words: `
'tsm COMMAND --help' explains a command and shows examples. SEL in a usage line
selects processes: a name, an id, the name of an app, a pid, a port, '/a regex/', a
namespace, a unique beginning of a name, a file that lists them, or 'all'.`.trim(),
  root: "State is kept in plain files below the root: --root DIR, else $TSM_ROOT, else ~/.tsm.",
  hosts: `
With --host user@box before it, once for each machine, or with TSM_HOSTS='box1 box2', a
command runs on other machines, over your own ssh. TSM_REMOTE is the path of tsm there.`.trim(),
  exitCodes: "0 done, 1 failed, 64 usage, 66 not found, 69 supervisor unavailable.",
} as const;

/** The help of tsm itself. */
export function formatOverview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`);
  return `${ABOUT.summary}

Usage: ${ABOUT.usage}

Commands:
${lines.join("")}
To begin:
${ABOUT.begin.map((line) => `  ${line}\n`).join("")}
${ABOUT.words}

${ABOUT.root}
${ABOUT.hosts}
Exit codes: ${ABOUT.exitCodes}
`;
}

function formatFlags(flags: readonly Flag[]): string {
  const rows = flags.map((flag) => ({ left: flagText(flag), help: flag.help }));
  const width = Math.max(...rows.map(({ left }) => left.length));
  return rows.map(({ left, help }) => `  ${left.padEnd(width)}  ${help}\n`).join("");
}

/** A flag as it is typed: `-n, --name NAME`. */
export function flagText({ name, short, value, optional }: Flag): string {
  const long = value === undefined
    ? `--${name}`
    : optional === undefined
    ? `--${name} ${value}`
    : `--${name}[=${value}]`;
  return short ? `-${short}, ${long}` : `    ${long}`;
}

function formatExamples({ examples }: Command): string {
  return examples.map(({ command, does }) => `  ${command}\n      ${does}\n`).join("");
}
