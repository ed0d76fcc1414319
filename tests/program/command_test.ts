import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { type CommandContext, findProgram, resolveCommand } from "../../src/program/command.ts";
import { TemporaryRoot } from "../temporary_root.ts";

/** A working directory of its own, and a PATH of its own with the named programs on it. */
class Place extends TemporaryRoot {
  readonly context: CommandContext;

  constructor(...programs: string[]) {
    super();
    const bin = `${this.base}/bin`;
    Deno.mkdirSync(bin);
    for (const program of programs) {
      Deno.writeTextFileSync(`${bin}/${program}`, "");
      Deno.chmodSync(`${bin}/${program}`, 0o755);
    }
    this.context = { cwd: this.work, env: { PATH: `/nowhere:${bin}` } };
  }
}

Deno.test("the README's first command is run by its program, and named by its script", () => {
  using place = new Place("node");
  assertEquals(resolveCommand(["node server.js"], place.context), {
    command: "node server.js",
    argv: ["node", "server.js"],
    interpreter: "node",
    name: "server",
  });
});

Deno.test("several words are an argument vector, whatever is in them", () => {
  using place = new Place("node");
  const { argv, command } = resolveCommand(["node", "my server.js", "a|b", ""], place.context);
  assertEquals(argv, ["node", "my server.js", "a|b", ""]);
  assertEquals(command, "node 'my server.js' 'a|b' ''");
});

Deno.test("a line that only a shell understands is run by one", () => {
  using place = new Place();
  assertEquals(resolveCommand(["sleep 1 && echo $HOME"], place.context), {
    command: "sleep 1 && echo $HOME",
    argv: ["/bin/sh", "-c", "sleep 1 && echo $HOME"],
    interpreter: "sh",
    name: "sleep",
  });
});

Deno.test("a line that begins with a built-in of the shell is run by one, named by what it runs", () => {
  using place = new Place("node");
  assertEquals(resolveCommand(["exec node server.js"], place.context), {
    command: "exec node server.js",
    argv: ["/bin/sh", "-c", "exec node server.js"],
    interpreter: "sh",
    name: "server",
  });
  assertEquals(resolveCommand(["cd /tmp"], place.context).argv, ["/bin/sh", "-c", "cd /tmp"]);
});

Deno.test("a program called like a built-in of the shell is run itself", () => {
  using place = new Place("read");
  assertEquals(resolveCommand(["read it"], place.context).argv, ["read", "it"]);
});

Deno.test("an interpreter is given the words of a command line, or a file with blanks in its name", () => {
  using place = new Place("python3");
  place.write("app.py", "");
  place.write("my app.py", "");
  const context = { ...place.context, interpreter: "python3" };
  const line = resolveCommand(["app.py --x 'a b'"], context);
  assertEquals(line.argv, ["python3", "app.py", "--x", "a b"]);
  assertEquals(line.name, "app");
  assertEquals(resolveCommand(["my app.py"], context).argv, ["python3", "my app.py"]);
});

const BY_EXTENSION: readonly (readonly [file: string, programs: string[], argv: string[]])[] = [
  ["server.js", ["node", "bun", "deno"], ["node"]],
  ["server.mjs", ["deno", "bun"], ["bun"]],
  ["server.cjs", ["deno"], ["deno", "run", "-A"]],
  ["server.ts", ["node", "bun", "deno"], ["deno", "run", "-A"]],
  ["server.py", ["python3", "python"], ["python3"]],
  ["server.py", ["python"], ["python"]],
  ["server.rb", ["ruby"], ["ruby"]],
  ["server.sh", ["sh"], ["sh"]],
];

for (const [file, programs, argv] of BY_EXTENSION) {
  Deno.test(`${file} is run by ${argv[0]} where there is ${programs.join(", ")}`, () => {
    using place = new Place(...programs);
    place.write(file, "");
    assertEquals(resolveCommand([file], place.context), {
      command: file,
      argv: [...argv, file],
      interpreter: argv[0]!,
      name: "server",
    });
  });
}

Deno.test("a script that is not executable is run by its shebang, before its extension", () => {
  using place = new Place("python3", "node", "deno");
  place.write("a.js", "#!/usr/bin/env -S deno run --allow-net\n");
  place.write("b", "#!/usr/bin/env python3\nprint()\n");
  assertEquals(resolveCommand(["a.js"], place.context).argv, [
    "deno",
    "run",
    "--allow-net",
    "a.js",
  ]);
  const { argv, interpreter, name } = resolveCommand(["b"], place.context);
  assertEquals({ argv, interpreter, name }, {
    argv: ["python3", "b"],
    interpreter: "python3",
    name: "b",
  });
});

Deno.test("an executable file runs itself, by its path and never by the PATH", () => {
  using place = new Place("tool");
  place.write("tool", "#!/bin/sh\n", 0o755);
  const { argv, interpreter, name } = resolveCommand(["tool"], place.context);
  assertEquals({ argv, interpreter, name }, {
    argv: [`${place.work}/tool`],
    interpreter: "sh",
    name: "tool",
  });
  assertEquals(resolveCommand(["./tool", "x"], place.context).argv, ["./tool", "x"]);
});

Deno.test("a '#!' line that names no program is told, not taken for a missing script", () => {
  using place = new Place();
  place.write("tool", "#!/nowhere/python3 -u\n", 0o755);
  assertThrows(
    () => resolveCommand(["./tool"], place.context),
    Deno.errors.NotFound,
    "'/nowhere/python3'",
  );
  place.write("tool", "#!/usr/bin/env python3\r\n", 0o755);
  assertThrows(
    () => resolveCommand(["./tool"], place.context),
    Deno.errors.InvalidData,
    "carriage return",
  );
  for (const line of ["#!/bin/sh", "#! /bin/sh -e", "#!/usr/bin/env -S sh -e"]) {
    place.write("tool", `${line}\n`, 0o755);
    assertEquals(resolveCommand(["./tool"], place.context).argv, ["./tool"]);
  }
});

Deno.test("an executable script without '#!' is run by its extension, not by a shell", () => {
  using place = new Place("node");
  place.write("server.js", "console.log(`rm -r /`)\n", 0o755);
  assertEquals(resolveCommand(["server.js"], place.context).argv, ["node", "server.js"]);
  assertEquals(resolveCommand(["./server.js", "x"], place.context).argv, [
    "node",
    "./server.js",
    "x",
  ]);
  const context = { ...place.context, interpreter: "none" };
  assertEquals(resolveCommand(["./server.js"], context).argv, ["./server.js"]);
});

Deno.test("an executable text that nothing says what runs it is refused, a program is not", () => {
  using place = new Place();
  place.write("run", "echo hello\n", 0o755);
  assertThrows(() => resolveCommand(["run"], place.context), Deno.errors.InvalidData, "'#!'");
  Deno.copyFileSync("/bin/true", `${place.work}/true`);
  assertEquals(resolveCommand(["./true"], place.context).argv, ["./true"]);
});

Deno.test("one word with blanks that is a file is that file", () => {
  using place = new Place("node");
  place.write("my server.js", "");
  assertEquals(resolveCommand(["my server.js"], place.context), {
    command: "my server.js",
    argv: ["node", "my server.js"],
    interpreter: "node",
    name: "my-server",
  });
});

Deno.test("a script with arguments is run by its interpreter", () => {
  using place = new Place("python3");
  place.write("app.py", "");
  assertEquals(resolveCommand(["app.py --port 3000"], place.context).argv, [
    "python3",
    "app.py",
    "--port",
    "3000",
  ]);
});

Deno.test("--interpreter goes before shebang and extension, its flags included", () => {
  using place = new Place("node", "deno");
  place.write("a.js", "#!/usr/bin/env node\n", 0o755);
  const context = { ...place.context, interpreter: "deno run -A" };
  assertEquals(resolveCommand(["a.js", "x"], context), {
    command: "a.js x",
    argv: ["deno", "run", "-A", "a.js", "x"],
    interpreter: "deno",
    name: "a",
  });
});

Deno.test("--interpreter none runs a file as it is, or says that it cannot be", () => {
  using place = new Place("node");
  place.write("a.js", "#!/usr/bin/env node\n");
  place.write("b.js", "#!/usr/bin/env node\n", 0o755);
  const context = { ...place.context, interpreter: "none" };
  assertEquals(resolveCommand(["./b.js"], context).argv, ["./b.js"]);
  assertThrows(() => resolveCommand(["a.js"], context), Deno.errors.InvalidData, "chmod +x");
});

Deno.test("programs are looked up in the process's own PATH, not in ours", () => {
  using place = new Place("only-here");
  assertEquals(resolveCommand(["only-here"], place.context).argv, ["only-here"]);
  assertThrows(() => resolveCommand(["sh"], place.context), Deno.errors.NotFound, "'sh'");
  assertEquals(findProgram("sh", { cwd: "/", env: { PATH: "/bin" } }), "/bin/sh");
  assertEquals(
    findProgram("sh", { cwd: "/bin", env: { PATH: ":/nowhere" } }),
    "/bin/sh",
    "empty is the cwd",
  );
  assertEquals(findProgram("sh", { cwd: "/", env: {} }) !== undefined, true, "a default PATH");
});

Deno.test("a file on the PATH that is not executable, or is a directory, is no program", () => {
  using place = new Place("tool");
  Deno.chmodSync(`${place.base}/bin/tool`, 0o644);
  Deno.mkdirSync(`${place.base}/bin/dir`);
  assertThrows(() => resolveCommand(["tool"], place.context), Deno.errors.NotFound);
  assertThrows(() => resolveCommand(["dir"], place.context), Deno.errors.NotFound);
});

const NAMES: Readonly<Record<string, string>> = {
  "node server.js": "server",
  "node --inspect server.js": "node",
  "python3 -m http.server": "python3",
  "bash run.sh": "run",
  "sleep 1000": "sleep",
  "java -jar app.jar": "java",
};

for (const [line, name] of Object.entries(NAMES)) {
  Deno.test(`'${line}' is named '${name}'`, () => {
    using place = new Place("node", "python3", "bash", "sleep", "java");
    assertEquals(resolveCommand([line], place.context).name, name);
  });
}

Deno.test("a name made from a file has none of the characters that names cannot have", () => {
  using place = new Place("node");
  place.write("-ä weird (1).js", "");
  assertEquals(resolveCommand(["./-ä weird (1).js"], place.context).name, "weird-1-");
});

const ERRORS: readonly (readonly [
  what: string,
  words: string[],
  type: new (message?: string) => Error,
  message: string,
])[] = [
  ["no words", [], Deno.errors.InvalidData, "no command is given; example: tsm start"],
  ["a blank word", ["  "], Deno.errors.InvalidData, "no command is given"],
  [
    "a program that is nowhere",
    ["nodee server.js"],
    Deno.errors.NotFound,
    "'nodee' is neither a program",
  ],
  [
    "a path that is nowhere",
    ["./missing.js"],
    Deno.errors.NotFound,
    "missing.js'; check the spelling",
  ],
  [
    "a directory",
    ["./dir"],
    Deno.errors.NotFound,
    "is a directory; name the program or script in it",
  ],
  [
    "a file of no known kind",
    ["data.txt"],
    Deno.errors.InvalidData,
    "no known interpreter; make it executable",
  ],
  [
    "a script without its interpreter",
    ["a.rb"],
    Deno.errors.NotFound,
    "'ruby' is not on the process's PATH",
  ],
  ["a NUL", ["a\0b"], Deno.errors.NotFound, "neither a program"],
];

for (const [what, words, type, message] of ERRORS) {
  Deno.test(`a command that cannot be run is refused with what to do: ${what}`, () => {
    using place = new Place();
    Deno.mkdirSync(`${place.work}/dir`);
    place.write("data.txt", "");
    place.write("a.rb", "");
    const error = assertThrows(() => resolveCommand(words, place.context), type);
    assertStringIncludes(error.message, message);
  });
}

Deno.test("an interpreter that is not there, or no program, is refused", () => {
  using place = new Place();
  place.write("a.js", "");
  const resolve = (interpreter: string) =>
    resolveCommand(["a.js"], { ...place.context, interpreter });
  assertThrows(() => resolve("nodee"), Deno.errors.NotFound, "the interpreter 'nodee'");
  assertThrows(() => resolve("/nowhere/node"), Deno.errors.NotFound, "'/nowhere/node'");
  assertThrows(() => resolve("a | b"), Deno.errors.InvalidData, "is no program");
});

Deno.test("a script that is not there is not given to an interpreter", () => {
  using place = new Place("node");
  const context = { ...place.context, interpreter: "node" };
  assertThrows(() => resolveCommand(["b.js"], context), Deno.errors.NotFound, `${place.work}/b.js`);
});

Deno.test("a command line is run by the shell that is asked for, which must be there", () => {
  using place = new Place("bash", "node");
  const line = "source venv/activate && node server.js";
  const context = { ...place.context, shell: "bash" };
  const { argv, interpreter } = resolveCommand([line], context);
  assertEquals({ argv, interpreter }, { argv: ["bash", "-c", line], interpreter: "bash" });
  assertEquals(resolveCommand([line], place.context).argv, ["/bin/sh", "-c", line]);
  assertEquals(resolveCommand(["node server.js"], context).argv, ["node", "server.js"]);
  assertThrows(
    () => resolveCommand([line], { ...context, shell: "zsh" }),
    Deno.errors.NotFound,
    "the shell 'zsh'",
  );
});

Deno.test("a directory with an index is run by node, as node itself resolves it", () => {
  using place = new Place("node");
  Deno.mkdirSync(`${place.work}/dist`);
  place.write("dist/index.js", "");
  for (const word of ["./dist", "dist"]) {
    assertEquals(resolveCommand([word], place.context).argv, ["node", word]);
  }
  const { argv } = resolveCommand(["dist"], { ...place.context, interpreter: "node" });
  assertEquals(argv, ["node", "dist"]);
});

Deno.test("what an interpreter is to run is looked for on the PATH, where it is no file here", () => {
  using place = new Place("node", "npm");
  const context = { ...place.context, interpreter: "node" };
  const { argv } = resolveCommand(["npm", "start"], context);
  assertEquals(argv, ["node", `${place.base}/bin/npm`, "start"]);
});
