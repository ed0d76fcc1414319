import { resolve } from "@std/path/posix";
import { isFile } from "../../files/path_info.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit_code.ts";
import { paint } from "../output/color.ts";
import { type Asked, CHANGE_LIMIT, LOOK_LIMIT, questionOf } from "./asked.ts";
import { collect, type Collected } from "./collect.ts";
import { label, labelWidth } from "./host_label.ts";
import { mergedJson } from "./merged_json.ts";

/**
 * Runs a command on machines and shows what each says, its name before each line; or the data of
 * all in one list.
 *
 * @param isLook Whether it only looks: a machine that does not answer soon is then given up.
 * @returns the exit code.
 * @throws {Deno.errors.InvalidData} where it would print a document of each machine.
 */
export async function showWords(asked: Asked, isLook: boolean): Promise<number> {
  const { args, context, hosts, parsed } = asked;
  refuseDocuments(asked);
  const variables = isLook && context.color ? { FORCE_COLOR: "1" } : {};
  const question = questionOf(asked, args, isLook ? LOOK_LIMIT : CHANGE_LIMIT, variables);
  const { collected, code } = await collect(context, question, (one) => {
    // What has been done is told at once; what is looked at is read in the order of the machines.
    if (!isLook && !context.json) printBlock(context, hosts, one);
  });
  if (code !== EXIT.done) tellOfFiles(context, parsed.words);
  if (context.json) {
    const { items, isWhole } = mergedJson(collected, context);
    context.print(JSON.stringify(items, null, 2));
    return isWhole || code !== EXIT.done ? code : EXIT.failed;
  }
  if (isLook) { for (const one of collected) printBlock(context, hosts, one); }
  return code;
}

/** Prints what a machine said, its name before each line. */
function printBlock(
  context: Context,
  hosts: readonly string[],
  { host, lines }: Collected,
): void {
  if (lines.length === 0) return;
  const before = `${paint(label(host, labelWidth(hosts)), "cyan", context.color)} | `;
  context.print(lines.map((line) => `${before}${line}`.trimEnd()).join("\n"));
}

/** A page or a table for programs is one document: lines with names before them would be none. */
function refuseDocuments({ name, parsed }: Asked): void {
  for (const flag of ["html", "csv"]) {
    if (!parsed.has(flag)) continue;
    throw new Deno.errors.InvalidData(
      `Cannot run 'tsm ${name} --${flag}' on several machines: it prints one document of one ` +
        `machine; 'ssh HOST tsm ${name} --${flag}' does, --json merges them`,
    );
  }
}

/** Says why a file was not found there that is here. */
function tellOfFiles(context: Context, words: readonly string[]): void {
  const files = words.filter((word) => isFile(resolve(word)));
  if (files.length === 0) return;
  context.warn(
    `tsm: nothing is copied to other machines: ${files.join(", ")}, and what it names, must be ` +
      "there already; paths begin at the home directory there",
  );
}
