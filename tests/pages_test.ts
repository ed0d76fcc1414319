/**
 * Keeps the pages true: commands, links and paths that they show are there, and what the
 * reference lists is complete.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path/posix";
import { COMMON_FLAGS } from "../src/cli/parse/arguments.ts";
import { loadCommand } from "../src/cli/commands.ts";
import { EVENTS } from "../src/event_table.ts";
import { INTENTS, type Meta } from "../src/meta/metadata.ts";
import { READINESS_STATES } from "../src/meta/readiness.ts";
import { STATUSES } from "../src/meta/status.ts";
import { STOPPERS } from "../src/meta/stopper.ts";
import { runtimeRoot } from "../src/root.ts";
import { SPEC_DEFAULTS } from "../src/settings/table/settings_table.ts";

const PROJECT = fromFileUrl(new URL("..", import.meta.url));

/** The pages by their paths, from the project's folder. */
const PAGES: ReadonlyMap<string, string> = new Map(
  ["", "docs/", "examples/", "examples/container/", "scripts/bench/"].flatMap((folder) =>
    [...Deno.readDirSync(join(PROJECT, folder))].filter(({ name }) => name.endsWith(".md"))
      .map(({ name }): [string, string] => {
        const path = `${folder}${name}`;
        return [path, Deno.readTextFileSync(join(PROJECT, path))];
      })
  ),
);

function page(path: string): string {
  const text = PAGES.get(path);
  assert(text !== undefined, `there is no ${path}`);
  return text;
}

/** The lines of blocks of shell, and what stands in back quotes outside of blocks. */
function shownCode(text: string): string[] {
  const blocks = [...text.matchAll(/^```(?:sh|console)\n([^]*?)^```/gm)].flatMap(([, block]) =>
    block!.replaceAll("\\\n", " ").split("\n").map((line) => line.replace(/^\$ /, ""))
  );
  return [...blocks, ...quotedCode(text)];
}

function quotedCode(text: string): string[] {
  const prose = text.replace(/^```[^]*?^```/gm, "");
  return [...prose.matchAll(/`([^`]+)`/g)].map(([, code]) => code!.replace(/\s+/g, " "));
}

/** The single commands of a shown line that begin with `start`. */
function commandsIn(line: string, start: string): string[] {
  const own = line.replace(/\s#.*$/, "").split(/ [|&>;]+ | -- /);
  return own.map((part) => part.trim()).filter((part) => part.startsWith(start));
}

/** Finds something wrong in any page, each as `PAGE: WHAT`. */
async function findWrong(
  find: (text: string, path: string) => readonly string[] | Promise<readonly string[]>,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const [path, text] of PAGES) {
    for (const what of await find(text, path)) wrong.push(`${path}: ${what}`);
  }
  return wrong;
}

/** Whether there is a command as `line` has it, with all the flags it has there. */
async function isKnown(line: string): Promise<boolean> {
  const [, name = "", ...words] = line.replace(/"[^"]*"/g, "QUOTED").split(/\s+/);
  // `tsm --help`, `tsm COMMAND --help`.
  if (name.startsWith("-") || /^[A-Z]+$/.test(name)) return true;
  const command = await loadCommand(name);
  const flags = [...command?.flags ?? [], ...COMMON_FLAGS];
  const given = words.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.split("=")[0]!);
  return command !== undefined &&
    given.every((word) =>
      flags.some(({ name, short }) => word === `--${name}` || word === `-${short}`)
    );
}

Deno.test("every command and flag that a page shows is there", async () => {
  const all = [...PAGES.values()].flatMap(shownCode).flatMap((line) => commandsIn(line, "tsm "));
  assert(all.length > 120, `only ${all.length} commands`);
  const wrong = await findWrong(async (text) => {
    const lines = shownCode(text).flatMap((line) => commandsIn(line, "tsm "));
    const known = await Promise.all(lines.map(isKnown));
    return lines.filter((_, index) => !known[index]);
  });
  assertEquals(wrong, []);
});

Deno.test("the jq programs that a page shows put values into their texts", async () => {
  const wrong = await findWrong((text) =>
    shownCode(text).filter((line) => /\bjq\b/.test(line) && line.includes("\\\\("))
  );
  assertEquals(wrong, []);
});

Deno.test("every task and script that a page shows is there", async () => {
  const { tasks } = JSON.parse(Deno.readTextFileSync(join(PROJECT, "deno.json")));
  const wrong = await findWrong((text) =>
    shownCode(text).flatMap((line) => [...line.matchAll(/\bdeno task (?:--\S+ )*([\w:-]+)/g)])
      .map(([, name]) => name!).filter((name) => !Object.hasOwn(tasks, name))
  );
  assertEquals(wrong, []);
});

/** The anchors of a page, as GitHub makes them from its headings. */
function anchorsOf(text: string): string[] {
  return [...text.replace(/^```[^]*?^```/gm, "").matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")
  );
}

Deno.test("every link of a page leads to a file that is there, and to a heading in it", async () => {
  const wrong = await findWrong((text, path) =>
    [...text.replace(/^```[^]*?^```/gm, "").matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!)
      .filter((link) => {
        if (/^https?:/.test(link)) return false;
        const [file = "", anchor] = link.split("#");
        const target = file === "" ? path : join(dirname(path), file);
        if (!isThere(target)) return true;
        return anchor !== undefined && !anchorsOf(PAGES.get(target) ?? "").includes(anchor);
      })
  );
  assertEquals(wrong, []);
});

Deno.test("every path of the project that a page names is there", async () => {
  const named = (text: string) =>
    quotedCode(text).filter((code) =>
      /^(src|tests|scripts|docs|examples|\.ci)\/[\w./-]+$/.test(code)
    )
      // `src/cli/commands/NAME.ts` is a file that somebody is about to write.
      .filter((path) => !/\b[A-Z]{2,}\b(?!\.md)/.test(path));
  assert(named(page("docs/architecture.md")).length > 40);
  assertEquals(await findWrong((text) => named(text).filter((path) => !isThere(path))), []);
});

Deno.test("the map in docs/architecture.md has every folder of src", () => {
  const foldersBelow = (dir: string): string[] =>
    [...Deno.readDirSync(join(PROJECT, dir))].filter(({ isDirectory }) => isDirectory)
      .flatMap(({ name }) => [`${dir}/${name}`, ...foldersBelow(`${dir}/${name}`)]);
  const text = page("docs/architecture.md");
  const missing = foldersBelow("src").filter((folder) => !text.includes(`\`${folder}/\``));
  assertEquals(missing, []);
});

Deno.test("folders import only from folders above them in the map of docs/architecture.md", () => {
  const map = [...page("docs/architecture.md").matchAll(/^\| `(src\/[\w/]+\/)` /gm)].map((
    [, folder],
  ) => folder!);
  /** Where in the map a module stands; the files directly in the two halves tie them together. */
  const placeOf = (path: string) => {
    const folder = `${dirname(path)}/`;
    return folder === "src/cli/" || folder === "src/supervisor/" ? -1 : map.indexOf(folder);
  };
  const wrong = map.flatMap((folder) =>
    modulesIn(folder).flatMap((path) =>
      importsOf(path).filter((target) => placeOf(path) >= 0 && placeOf(target) > placeOf(path))
        .map((target) => `${path} → ${target}`)
    )
  );
  assertEquals(wrong, []);
});

function modulesIn(folder: string): string[] {
  return [...Deno.readDirSync(join(PROJECT, folder))]
    .filter(({ name, isFile }) => isFile && name.endsWith(".ts"))
    .map(({ name }) => `${folder}${name}`);
}

/** The paths of the project's own modules that a module imports, those in comments left out. */
function importsOf(path: string): string[] {
  const text = Deno.readTextFileSync(join(PROJECT, path)).replace(/^[ \t]*\/?\*.*$/gm, "");
  return [...text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map(([, target]) =>
    join(dirname(path), target!)
  );
}

/** Every field of `meta.json`: the compiler refuses this object where one is missing. */
const META: Required<Meta> = {
  tsm_id: 1,
  name: "api",
  pid: 1,
  command: "true",
  cwd: "/",
  interpreter: null,
  port: null,
  status: "online",
  start_time: 0,
  restarts: 0,
  unstable_restarts: 0,
  env_file: null,
  pid_start: 0,
  exit_code: 0,
  exit_signal: "SIGKILL",
  reason: "",
  stopped_by: "request",
  retry_at: 0,
  intent: "start",
  readiness: "ready",
  output_from: [0, 0],
  status_text: "",
  request: "",
  last_run: {},
  early_crashes: 3,
};

Deno.test("docs/files.md has every file, field, status, stopper, intent and event", () => {
  const reference = page("docs/files.md");
  const words = [
    ...Object.keys(META),
    ...["command", "argv", "cwd", ...Object.keys(SPEC_DEFAULTS)],
    ...[...STATUSES, ...STOPPERS, ...INTENTS, ...READINESS_STATES, ...EVENTS],
  ];
  const files = Object.entries(runtimeRoot("/root"))
    .filter(([key]) => key !== "base" && key !== "oldLogs")
    .map(([, path]) => String(path).split("/").at(-1)!);
  assertEquals(words.filter((word) => !reference.includes(`| \`${word}\` `)), []);
  assertEquals(files.filter((file) => !reference.includes(file)), []);
});

function isThere(path: string): boolean {
  try {
    Deno.statSync(join(PROJECT, path));
    return true;
  } catch {
    return false;
  }
}
