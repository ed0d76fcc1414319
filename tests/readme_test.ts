import { assert, assertEquals } from "@std/assert";
import { COMMON_FLAGS } from "../src/cli/parse/arguments.ts";
import { loadCommand } from "../src/cli/commands.ts";

const README = await Deno.readTextFile(new URL("../README.md", import.meta.url));

/** `tsm ls -l`, `tsm logs api --lines 200`: in back quotes, or a line of a block of shell. */
function commandLines(): string[] {
  const blocks = [...README.matchAll(/^```(?:sh|console)\n([^]*?)^```/gm)].flatMap(([, block]) =>
    block!.replaceAll("\\\n", " ").split("\n").map((line) => line.replace(/^\$ /, ""))
  );
  const prose = README.replace(/^```[^]*?^```/gm, "");
  const quoted = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!);
  return [...blocks, ...quoted].flatMap((line) => {
    const own = line.replace(/\s#.*$/, "").split(/ [|&>;]+ | -- /);
    return own.map((part) => part.trim()).filter((part) => part.startsWith("tsm "));
  });
}

Deno.test("every command and flag that the README shows is there", async () => {
  const lines = commandLines();
  assert(lines.length > 60, `only ${lines.length} lines`);
  const wrong: string[] = [];
  for (const line of lines) {
    const [, name = "", ...words] = line.replace(/"[^"]*"/g, "QUOTED").split(/\s+/);
    if (name.startsWith("-") || name === "COMMAND") continue;
    const command = await loadCommand(name);
    const flags = [...command?.flags ?? [], ...COMMON_FLAGS];
    const unknown = words.filter((word) => /^--?[a-z]/.test(word)).filter((word) =>
      !flags.some(({ name, short }) => word.split("=")[0] === `--${name}` || word === `-${short}`)
    );
    if (!command || unknown.length > 0) wrong.push(line);
  }
  assertEquals(wrong, []);
});
