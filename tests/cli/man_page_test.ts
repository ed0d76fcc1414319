import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { loadCommands } from "../../src/cli/commands.ts";
import { flagText, formatHelp, usageText } from "../../src/cli/help.ts";
import { formatManPage } from "../../src/cli/man_page.ts";
import { testNeeding } from "../test_needing.ts";

const COMMANDS = await loadCommands();
const PAGE = formatManPage(COMMANDS);

/** Feeds the page to a program; gives what it printed. */
async function feed(command: string, ...args: string[]) {
  const child = new Deno.Command(command, {
    args,
    env: { LC_ALL: "C.UTF-8", MANWIDTH: "100", MAN_KEEP_FORMATTING: "" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(PAGE));
  await writer.close();
  const { stdout, stderr } = await output;
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { stdout: decode(stdout), stderr: decode(stderr) };
}

/** Everything shown, with one blank between words: lines break elsewhere in a page. */
function words(text: string): string {
  return text.replace(/\x1b\[[0-9;]*m|.\x08/g, "").replace(/\s+/g, " ");
}

testNeeding(["groff"], "groff reads the man page without a complaint", async () => {
  const { stdout, stderr } = await feed("groff", "-man", "-ww", "-Tutf8", "-rLL=100n");
  assertEquals(stderr, "");
  assertStringIncludes(words(stdout), "tsm - starts programs, keeps them running");
});

testNeeding(["mandoc"], "mandoc finds nothing wrong with it but that it has no date", async () => {
  const { stdout } = await feed("mandoc", "-man", "-Tlint", "-Wwarning");
  assertEquals(stdout.split("\n").filter((line) => line && !/missing date/.test(line)), []);
});

testNeeding(
  ["man"],
  "the man page says what --help says of every command, as 'man' shows it",
  async () => {
    const shown = words((await feed("man", "-l", "-")).stdout);
    for (const command of COMMANDS) {
      const help = formatHelp(command);
      const parts = [
        usageText(command),
        command.summary,
        command.description ?? "",
        ...command.flags.flatMap((flag) => [flagText(flag).trim(), flag.help]),
        ...command.examples.flatMap(({ command, does }) => [command, does]),
      ];
      for (const part of parts) {
        assertStringIncludes(words(help), words(part).trim());
        assertStringIncludes(shown, words(part).trim(), `${command.name}: ${part}`);
      }
    }
  },
);

Deno.test("the page is ASCII, and no text of it is taken for a request", () => {
  assert(/^[\x00-\x7f]*$/.test(PAGE));
  const requests = PAGE.split("\n").filter((line) => /^[.']/.test(line));
  const known = /^\.(TH|SH|SS|PP|TP|RS|RE|nf|fi|nh|ad)\b/;
  assertEquals(requests.filter((line) => !known.test(line)), []);
});
