import { join } from "@std/path/posix";
import { loadCommands } from "../../src/cli/commands.ts";
import { bashCompletion } from "../../src/cli/completion/bash.ts";
import { completables } from "../../src/cli/completion/completable.ts";
import { fishCompletion } from "../../src/cli/completion/fish.ts";
import { zshCompletion } from "../../src/cli/completion/zsh.ts";
import { formatManPage } from "../../src/cli/man_page.ts";
import { thirdPartyNotices } from "./third_party_notices.ts";

const PROJECT = join(import.meta.dirname!, "../..");

/** What goes with the binary, whatever it is built for. */
export interface Documents {
  /** The source of the page `tsm(1)`. */
  readonly manPage: string;
  /** Completion of commands, by shell. */
  readonly completions: Readonly<Record<"bash" | "zsh" | "fish", string>>;
  readonly licence: string;
  /** The notices of what others have written. */
  readonly notices: string;
}

/** Writes all that goes with the binary. */
export async function makeDocuments(): Promise<Documents> {
  const commands = await loadCommands();
  const known = completables(commands);
  return {
    manPage: formatManPage(commands),
    completions: {
      bash: bashCompletion(known),
      zsh: zshCompletion(known),
      fish: fishCompletion(known),
    },
    licence: await Deno.readTextFile(join(PROJECT, "LICENSE")),
    notices: await thirdPartyNotices(),
  };
}
