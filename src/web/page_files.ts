import { join } from "@std/path/posix";
import { givenEnvironment } from "../program/own_environment.ts";
import html from "./page/index.html" with { type: "text" };
import style from "./page/style.css" with { type: "text" };

/** A file of the page. */
export interface PageFile {
  readonly type: string;
  readonly text: string;
}

/** Beside this module: in the source with what it is made of, in a bundle of tsm ready-made. */
const PAGE = join(import.meta.dirname!, "page");

/**
 * The files of the page, by their paths.
 *
 * @throws {Error} if its script cannot be made of the source; Deno has said on stderr why.
 */
export async function pageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  return new Map([
    ["/", { type: "text/html; charset=utf-8", text: html }],
    ["/style.css", { type: "text/css; charset=utf-8", text: style }],
    ["/page.js", { type: "text/javascript; charset=utf-8", text: await pageScript() }],
  ]);
}

async function pageScript(): Promise<string> {
  try {
    return await Deno.readTextFile(join(PAGE, "page.js"));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform=browser", "main.tsx"],
    // Deno looks for its configuration from here on, and for its cache where it was told.
    cwd: PAGE,
    env: Object.fromEntries(
      Object.entries(givenEnvironment()).filter(([name]) => name.startsWith("DENO_")),
    ),
    stdin: "null",
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("the page could not be bundled; see above");
  return new TextDecoder().decode(stdout);
}
