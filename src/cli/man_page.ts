import { VERSION } from "../version.ts";
import { COMMON_FLAGS } from "./parse/arguments.ts";
import { EARLY_FLAGS } from "./parse/early_flags.ts";
import type { Command } from "./command.ts";
import { aliasesOf } from "./aliases.ts";
import type { Flag } from "./parse/flag.ts";
import { ABOUT, flagText, usageText } from "./help.ts";

/**
 * Makes the man page of tsm from what `--help` is made of.
 *
 * Format: man(7), the macros of roff that `groff -man` and `mandoc` read.
 */
export function formatManPage(commands: readonly Command[]): string {
  return [
    `.TH TSM 1 "" "tsm ${text(VERSION)}" "User Commands"`,
    // No hyphenation and no justified lines: what stands here is typed as it is shown.
    ".nh",
    ".ad l",
    ".SH NAME",
    `tsm \\- ${text(ABOUT.summary.replace(/^tsm |\.$/g, ""))}`,
    ".SH SYNOPSIS",
    bold(ABOUT.usage),
    ".SH DESCRIPTION",
    text(ABOUT.words),
    ".PP",
    "To begin:",
    ...asItIs(ABOUT.begin),
    ".SH COMMANDS",
    ...commands.flatMap(commandLines),
    ".SH FLAGS OF EVERY COMMAND",
    ...COMMON_FLAGS.flatMap(flagLines),
    ".SH FLAGS BEFORE A COMMAND",
    ...EARLY_FLAGS.flatMap(flagLines),
    ".PP",
    text(ABOUT.hosts),
    ".SH FILES",
    text(ABOUT.root),
    ".SH EXIT STATUS",
    text(ABOUT.exitCodes),
  ].join("\n") + "\n";
}

function commandLines(command: Command): string[] {
  const aliases = aliasesOf(command.name);
  return [
    `.SS ${text(usageText(command))}`,
    text(`${command.summary}.`),
    ...aliases.length > 0 ? [".PP", text(`Also called: ${aliases.join(", ")}`)] : [],
    ...command.description ? paragraphs(command.description) : [],
    ...command.flags.flatMap(flagLines),
    ".PP",
    "Examples:",
    ...command.examples.flatMap(({ command, does }) => [".TP", bold(command), text(does)]),
  ];
}

function flagLines(flag: Flag): string[] {
  return [".TP", bold(flagText(flag).trim()), text(flag.help)];
}

/** Text is filled as the page is wide; what is indented stays as it is. */
function paragraphs(description: string): string[] {
  return description.replace(/^\n+|\s+$/g, "").split(/\n{2,}/).flatMap((paragraph) => {
    const lines = paragraph.split("\n");
    const start = lines.findIndex((line) => line.startsWith(" "));
    const filled = start === -1 ? lines : lines.slice(0, start);
    return [
      ".PP",
      ...filled.map(text),
      ...start === -1 ? [] : asItIs(lines.slice(start)),
    ];
  });
}

function asItIs(lines: readonly string[]): string[] {
  const indent = Math.min(...lines.map((line) => line.search(/\S|$/)));
  return [".RS 4", ".nf", ...lines.map((line) => text(line.slice(indent))), ".fi", ".RE"];
}

function bold(words: string): string {
  return `\\fB${text(words)}\\fR`;
}

const SPECIAL: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "'": "\\(aq",
  '"': "\\(dq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
};

/** Escapes text, so that roff takes none of it for a request or a typographic sign. */
function text(plain: string): string {
  return plain.replace(/[\\'"`^~-]/g, (char) => SPECIAL[char]!)
    .replace(/[^\x20-\x7e\n]/gu, (char) => `\\[u${hexadecimal(char)}]`)
    .replace(/^\./gm, "\\&.");
}

function hexadecimal(char: string): string {
  return char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
}
