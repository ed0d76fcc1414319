import type { Command, CommandRegistry } from "../command.ts";
import { formatManPage } from "../man_page.ts";
import { writeAll } from "../output/write_all.ts";

/** `tsm man`: shows the man page, or prints its source into a pipe. */
export function manCommand(
  { loadCommands }: CommandRegistry,
): Command {
  return {
    name: "man",
    usage: "",
    summary: "Show the man page, or print it for installation",
    description: `
In a terminal it is shown by 'man'; piped, or where there is no 'man', its source is printed.`,
    flags: [],
    examples: [
      { command: "tsm man", does: "read it" },
      {
        command: "tsm man | sudo tee /usr/local/share/man/man1/tsm.1 > /dev/null",
        does: "install it for 'man tsm'",
      },
    ],
    async run() {
      const page = formatManPage(await loadCommands());
      if (!Deno.stdout.isTerminal() || !await show(page)) writeAll(Deno.stdout, page);
    },
  };
}

/** Shows a page with `man`; `false` where there is none. */
async function show(page: string): Promise<boolean> {
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", "command -v man >/dev/null || exit 127; exec man -l -"],
    stdin: "piped",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(page)).then(() => writer.close()).catch(() => {});
  return (await child.status).code !== 127;
}
