import { assertEquals } from "@std/assert";
import { problemsOf, readText } from "./read_text.ts";

Deno.test("a Procfile is read, with the .env beside it; 'release' is left out", async () => {
  const text = "# all of it\nweb: node server.js | cat\n\nworker:  ./work  \nrelease: ./migrate\n";
  const { apps, problems, notes, dir } = await readText("Procfile", text, {
    files: { ".env": "A=1\n" },
  });
  assertEquals(problems, []);
  assertEquals(apps.map(({ name, words, cwd, settings }) => [name, words, cwd, settings]), [
    ["web", ["node server.js | cat"], dir, { env_file: `${dir}/.env` }],
    ["worker", ["./work"], dir, { env_file: `${dir}/.env` }],
  ]);
  assertEquals(notes, ["release: runs once when an app is released; left out"]);
});

Deno.test("each process of a Procfile has its own hundred ports, from 5000 or PORT on", async () => {
  const text = "web: a\nworker: b\n";
  const ports = async (env: string, variables: Record<string, string> = {}) => {
    const { apps } = await readText("Procfile", text, { files: { ".env": env }, variables });
    return apps.map(({ counters }) => counters.PORT);
  };
  assertEquals(await ports(""), ["5000", "5100"]);
  assertEquals(await ports("", { PORT: "7000" }), ["7000", "7100"]);
  assertEquals(await ports("PORT=8000\n", { PORT: "7000" }), ["8000", "8100"]);
  for (const wrong of ["none", "0", "65536", "1.5"]) {
    assertEquals(await ports("", { PORT: wrong }), ["5000", "5100"]);
  }
});

Deno.test("a Procfile whose processes would have ports above 65535 is refused", async () => {
  const { apps, problems } = await readText("Procfile", "web: a\nworker: b\n", {
    variables: { PORT: "65500" },
  });
  assertEquals(apps.length, 2);
  assertEquals(problems.map(({ message }) => message), [
    "the PORT of 'worker' would be 65600; begin with a PORT lower than 65500",
  ]);
});

Deno.test("what is wrong with a Procfile is told with its place", async () => {
  const text = "web: x\nno colon\n: x\nweb: y\nall: z\nquiet:\n";
  const told = (await problemsOf("Procfile", text)).map((told) => told.split("\n")[0]);
  assertEquals(told, [
    `Procfile:2:1: expected 'name: command', found "no colon"`,
    `Procfile:3:1: expected 'name: command', found ": x"`,
    "Procfile:4:1: 'web' is there twice",
    `Procfile:5:1: "all" cannot be a name: a name is 1 to 64 letters, digits, '.', '_' or '-', ` +
    "begins with a letter or digit, is not all digits and not 'all'",
    "Procfile:6:1: 'quiet' has no command",
  ]);
  assertEquals(await problemsOf("Procfile", "# nothing\n"), ["Procfile: it lists no process"]);
});
