/**
 * Holds the directions of imports that docs/architecture.md describes, and what `tsm ls` and
 * `tsm start` may load.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join, relative, resolve } from "@std/path/posix";
import { findCycles } from "../src/meta/dependency_graph.ts";

const PROJECT = fromFileUrl(new URL("..", import.meta.url));

interface Import {
  /** A path from the project's folder, or the bare name of a library. */
  readonly target: string;
  readonly kind: "value" | "type" | "dynamic";
}

type Graph = ReadonlyMap<string, readonly Import[]>;

const STATEMENT =
  /^(?:import|export)\s+(type\s+)?(?:([^;"']*?)\s+from\s+)?["']([^"']+)["'](?! with \{ type: "text")|\bimport\(\s*["']([^"']+)["']/gm;

/** The text of a module without the lines that are comments. */
function withoutComments(path: string): string {
  return Deno.readTextFileSync(join(PROJECT, path)).replace(/^[ \t]*(?:\/?\*|\/\/).*$/gm, "");
}

/** The imports of a module; those in comments, as examples have them, and texts are left out. */
function importsOf(path: string): Import[] {
  return [...withoutComments(path).matchAll(STATEMENT)].map(([, type, names, from, dynamic]) => {
    const specifier = from ?? dynamic!;
    const target = specifier.startsWith(".")
      ? relative(PROJECT, resolve(PROJECT, path, "..", specifier))
      : specifier;
    if (dynamic !== undefined) return { target, kind: "dynamic" };
    return { target, kind: type || onlyTypes(names) ? "type" : "value" };
  });
}

/** `{ type A, type B }`: nothing of it is left when it runs. */
function onlyTypes(names: string | undefined): boolean {
  const inBraces = /^\{([^]*)\}$/.exec(names?.trim() ?? "")?.[1];
  const all = inBraces?.split(",").map((name) => name.trim()).filter((name) => name !== "");
  return all !== undefined && all.length > 0 && all.every((name) => name.startsWith("type "));
}

function modulesBelow(dir: string): string[] {
  return [...Deno.readDirSync(join(PROJECT, dir))].flatMap(({ name, isDirectory }) => {
    const path = `${dir}/${name}`;
    if (isDirectory) return modulesBelow(path);
    return /\.tsx?$/.test(name) && !name.endsWith(".d.ts") ? [path] : [];
  });
}

const MODULES = ["main.ts", ...modulesBelow("src")];
const GRAPH: Graph = new Map(MODULES.map((path) => [path, importsOf(path)]));

/** All that is loaded with the modules `from`, before anything is imported dynamically. */
function loadedWith(...from: string[]): ReadonlySet<string> {
  const loaded = new Set(from);
  for (const path of loaded) {
    for (const { target, kind } of GRAPH.get(path) ?? []) if (kind === "value") loaded.add(target);
  }
  return loaded;
}

/** All that a module may ever load. */
function reachedFrom(from: string): ReadonlySet<string> {
  const reached = new Set([from]);
  for (const path of reached) {
    for (const { target, kind } of GRAPH.get(path) ?? []) if (kind !== "type") reached.add(target);
  }
  return reached;
}

/** The imports that lead from a folder to a folder it must not know. */
function crossings(from: string, to: string): string[] {
  return [...GRAPH].filter(([path]) => path.startsWith(from)).flatMap(([path, imports]) =>
    imports.filter(({ target }) => target.startsWith(to)).map(({ target }) => `${path} → ${target}`)
  );
}

Deno.test("this test sees the imports it judges", () => {
  assert(MODULES.length > 80);
  const has = (path: string, target: string, kind: Import["kind"]) =>
    assert(GRAPH.get(path)?.some((found) => found.target === target && found.kind === kind), path);
  has("main.ts", "src/supervisor/main.ts", "dynamic");
  has("src/cli/commands.ts", "src/cli/commands/ls.ts", "dynamic");
  has("src/cli/commands.ts", "src/cli/command.ts", "type");
  has("src/meta/metadata.ts", "src/root.ts", "value");
  has("src/meta/spec.ts", "valibot", "value");
  // Over several lines, and with types among values.
  has("src/process/terminate.ts", "src/process/process_table.ts", "value");
  const missing = [...GRAPH].flatMap(([path, imports]) =>
    imports.filter(({ target }) => target.startsWith("src/") && !GRAPH.has(target))
      .map(({ target }) => `${path} → ${target}`)
  );
  assertEquals(missing, []);
});

const FORBIDDEN: Readonly<Record<string, readonly string[]>> = {
  "src/cli/": ["src/supervisor/"],
  "src/supervisor/": ["src/cli/", "src/web/"],
  "src/api/": ["src/cli/", "src/supervisor/", "src/views/"],
  "src/views/": ["src/cli/", "src/supervisor/"],
  "src/client/": ["src/cli/", "src/supervisor/", "src/views/"],
  ...Object.fromEntries(
    [
      "async",
      "config",
      "db",
      "document",
      "export",
      "logs",
      "meta",
      "migrate",
      "patrol",
      "persist",
      "pm2",
      "process",
      "settings",
      "startup",
    ].map((folder) => [`src/${folder}/`, ["src/cli/", "src/supervisor/", "src/api/"]]),
  ),
  // Whoever writes a file asks root.ts whether its directory is a real one.
  "src/files/": MODULES.filter((path) =>
    path.startsWith("src/") && !path.startsWith("src/files/") && path !== "src/root.ts"
  ),
  "src/root.ts": ["src/"],
};

for (const [from, folders] of Object.entries(FORBIDDEN)) {
  Deno.test(`imports run one way: ${from} knows nothing above it`, () => {
    assertEquals(folders.flatMap((to) => crossings(from, to)), []);
  });
}

/** The circles in a graph, each as the nodes it leads through. */
function circlesIn(nodes: Iterable<string>, next: (node: string) => readonly string[]): string[] {
  return [...findCycles([...nodes], next)].map((circle) => circle.join(" → "));
}

Deno.test("no module imports itself by a detour, be it by a type or dynamically", () => {
  const next = (path: string) => (GRAPH.get(path) ?? []).map(({ target }) => target);
  assertEquals(circlesIn(MODULES, next), []);
});

/**
 * The graph of what stands side by side in a folder: a folder in it counts as one node with all
 * that is below it, a module of its own as another.
 */
function graphOf(folder: string): ReadonlyMap<string, ReadonlySet<string>> {
  const nodeOf = (path: string) =>
    path.startsWith(folder) ? path.slice(folder.length).replace(/\/.*/, "/") : undefined;
  const graph = new Map<string, Set<string>>();
  for (const [path, imports] of GRAPH) {
    const from = nodeOf(path);
    if (from === undefined) continue;
    const targets = graph.get(from) ?? new Set();
    graph.set(from, targets);
    for (const { target } of imports) {
      const to = nodeOf(target);
      if (to !== undefined && to !== from) targets.add(to);
    }
  }
  return graph;
}

for (const folder of ["src/", "src/supervisor/", "src/cli/"]) {
  Deno.test(`no two folders below ${folder} import each other, nor in a wider circle`, () => {
    const graph = graphOf(folder);
    assert(graph.size > 10);
    assertEquals(circlesIn(graph.keys(), (node) => [...graph.get(node) ?? []]), []);
  });
}

/** What only Linux has. Names of signals are left out: users send those. */
const LINUX_ONLY = /\/proc\b|\b(?:setsid|setpriv|prlimit)\b/;
const LINUX_FOLDER = "src/process/linux/";

/** Where such a name is not used but refused: in a path that a user gives. */
const REFUSED_PATHS = ["src/root.ts", "src/pm2/links_of.ts"];

Deno.test("what only Linux has is used in one folder: another system is one folder more", () => {
  const users = MODULES.filter((path) => LINUX_ONLY.test(withoutComments(path)));
  assert(users.some((path) => path.startsWith(LINUX_FOLDER)));
  const elsewhere = users.filter((path) => !path.startsWith(LINUX_FOLDER));
  assertEquals(elsewhere.sort(), REFUSED_PATHS.toSorted());
});

Deno.test("'tsm ls' loads no other command, nothing of the supervisor, no setting, and no library of schemas or Unicode", () => {
  const loaded = loadedWith("main.ts", "src/cli/ls_main.ts");
  assert(loaded.has("src/meta/metadata.ts"));
  const unwanted = [...loaded].filter((path) =>
    path.startsWith("src/supervisor/") || path.startsWith("src/settings/") || path === "valibot" ||
    path === "string-width" ||
    path.startsWith("src/api/messages/start") ||
    (path.startsWith("src/cli/commands/") && path !== "src/cli/commands/ls.ts")
  );
  assertEquals(unwanted, []);
});

Deno.test("a plain 'tsm ls' loads no parser of flags, no help, and nothing that reads processes", () => {
  const loaded = loadedWith("main.ts", "src/cli/ls_main.ts");
  const unwanted = [...loaded].filter((path) =>
    path.startsWith("src/process/") && path !== "src/process/linux/process_clock.ts" ||
    ["@std/cli/parse-args", "src/cli/help.ts", "src/nearest.ts", "node:timers"].includes(path)
  );
  assertEquals(unwanted, []);
});

Deno.test("'tsm ls' never gets at the registry of commands: its own bundle would fall into pieces", () => {
  const reached = reachedFrom("src/cli/ls_main.ts");
  assert(reached.has("src/cli/help.ts"));
  assert(!reached.has("src/cli/commands.ts"));
});

Deno.test("'tsm start' of a command loads no schema library, no other command, and nothing that reads files or finds programs", () => {
  const loaded = loadedWith("main.ts", "src/cli/start_main.ts");
  assert(loaded.has("src/settings/table/settings_table.ts"));
  const unwanted = [...loaded].filter((path) =>
    ["src/cli/commands/", "src/document/", "src/db/", "src/meta/select.ts", "src/pm2/"]
      .some((start) => path.startsWith(start)) ||
    path.startsWith("src/config/") && path !== "src/config/config_name.ts" ||
    path === "src/program/command.ts" || path === "valibot"
  );
  assertEquals(unwanted, []);
});

Deno.test("'tsm start' of a command never gets at what starts files: its own bundle would fall into pieces", () => {
  const reached = reachedFrom("src/cli/start_main.ts");
  assert(reached.has("src/cli/start/refuse_missing_program.ts"));
  for (const path of ["src/cli/commands.ts", "src/cli/start/start_file.ts", "src/cli/help.ts"]) {
    assert(!reached.has(path), path);
  }
});

Deno.test("'tsm apply' with nothing to change loads no schema library, no parser with places, and no client", () => {
  const loaded = loadedWith(
    "main.ts",
    "src/cli/main.ts",
    "src/cli/commands/apply.ts",
    "src/config/tsm_file.ts",
  );
  assert(loaded.has("src/config/read_config.ts"));
  const unwanted = [...loaded].filter((path) =>
    ["valibot", "jsonc-parser", "json5", "@std/yaml", "croner"].includes(path) ||
    path.startsWith("src/api/messages/") || path === "src/cli/apply/execute_plan.ts"
  );
  assertEquals(unwanted, []);
});

Deno.test("the command line alone loads no command, and the supervisor no library it only parses flags with", () => {
  const client = loadedWith("main.ts", "src/cli/main.ts");
  assertEquals([...client].filter((path) => path.startsWith("src/cli/commands/")), []);
  assert(!loadedWith("src/supervisor/main.ts").has("@std/cli/parse-args"));
});

Deno.test("the table of all scripts is read only where a name has such letters", () => {
  const importers = [...GRAPH].flatMap(([path, imports]) =>
    imports.filter(({ target }) => target === "any-ascii").map(({ kind }) => [path, kind])
  );
  assertEquals(importers, [["src/meta/valid_name.ts", "dynamic"]]);
});

/** `preact/hooks` is part of `preact`. */
function isPartOf(name: string, library: string): boolean {
  return name === library || name.startsWith(`${library}/`);
}

Deno.test("libraries are imported by their names in deno.json only", () => {
  const known = Object.keys(JSON.parse(Deno.readTextFileSync(join(PROJECT, "deno.json"))).imports);
  const bare = [...GRAPH.values()].flat().map(({ target }) => target).filter((target) =>
    !target.startsWith("src/") && target !== "deno.json"
  );
  // What Deno has not: O_NONBLOCK (src/supervisor/launch/write_input.ts), the free space of a disk
  // (src/files/free_space.ts), a look that makes no error (src/files/is_missing.ts), and the end of
  // a turn (src/async/turn_ends.ts).
  const unknown = new Set(bare.filter((name) => !known.some((one) => isPartOf(name, one))));
  assertEquals([...unknown].sort(), ["node:fs", "node:timers"]);
});
