import type { Command, CommandRegistry } from "../command.ts";
import { bashCompletion } from "../completion/bash.ts";
import { type Completable, completables } from "../completion/completable.ts";
import { fishCompletion } from "../completion/fish.ts";
import { zshCompletion } from "../completion/zsh.ts";
import { writeAll } from "../output/write_all.ts";

const SHELLS: Readonly<Record<string, (commands: readonly Completable[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** `tsm completion`: prints the script that lets a shell complete what is typed. */
export function completionCommand(
  { loadCommands }: CommandRegistry,
): Command {
  return {
    name: "completion",
    usage: "bash|zsh|fish",
    summary: "Print the script that lets a shell complete commands, flags and names",
    description: `
The script knows commands, flags and their values; the names of processes it reads from the
root at the moment you press Tab, without starting tsm. After an upgrade of tsm make it anew.

  bash   tsm completion bash > ~/.local/share/bash-completion/completions/tsm
  zsh    tsm completion zsh > ~/.zfunc/_tsm     (a directory of $fpath, before compinit)
  fish   tsm completion fish > ~/.config/fish/completions/tsm.fish`,
    flags: [],
    examples: [
      { command: `eval "$(tsm completion bash)"`, does: "complete in this shell only" },
      {
        command: "tsm completion fish > ~/.config/fish/completions/tsm.fish",
        does: "complete in every fish from now on",
      },
    ],
    async run(args) {
      const [shell = "", ...more] = args.words;
      if (!Object.hasOwn(SHELLS, shell) || more.length > 0) {
        throw new Deno.errors.InvalidData(
          `Cannot make a completion for '${args.words.join(" ")}': it takes one of ${
            Object.keys(SHELLS).join(", ")
          }; example: eval "$(tsm completion bash)"`,
        );
      }
      writeAll(Deno.stdout, SHELLS[shell]!(completables(await loadCommands())));
    },
  };
}
