/**
 * Shows tsm at work: the source document's example, for real, in a temporary root.
 *
 * @module
 */
import { join } from "@std/path";
import { PERMISSION_FLAGS } from "../src/permissions.ts";

const project = join(import.meta.dirname!, "..");
const work = await Deno.makeTempDir({ prefix: "tsm-demo-" });
const root = join(work, "tsm");
// The Deno this runs on, by its name, wherever it lies.
const bin = join(work, "bin");
await Deno.mkdir(bin);
await Deno.symlink(Deno.execPath(), join(bin, "deno"));
const env = { TSM_ROOT: root, PATH: `${bin}:${Deno.env.get("PATH")}` };
const dim = (text: string) => Deno.stdout.isTerminal() ? `\x1b[2m${text}\x1b[0m` : text;
const bold = (text: string) => Deno.stdout.isTerminal() ? `\x1b[1m${text}\x1b[0m` : text;

// A server for Deno, so that no Node is needed; a request to /crash ends it.
const SERVER = `
const port = Number(Deno.env.get("PORT"));
const onListen = () => console.log("listening on port " + port);
Deno.serve({ port, hostname: "127.0.0.1", onListen }, (request) => {
  const { pathname } = new URL(request.url);
  console.log(request.method + " " + pathname);
  if (pathname === "/crash") {
    console.error("crashing, as asked");
    setTimeout(() => Deno.exit(1), 0);
  }
  return new Response("hello from myapp\\n");
});
`;

function freePort(): number {
  for (let port = 3000;; port++) {
    try {
      Deno.listen({ port, hostname: "127.0.0.1" }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}

/** Prints a command and runs it; one that fails ends the demo. */
async function show(shown: string, program: string, ...args: string[]): Promise<void> {
  console.log(`\n${bold(`$ ${shown}`)}`);
  const command = new Deno.Command(program, { args, cwd: work, env, stdin: "null" });
  const { code } = await command.spawn().status;
  if (code !== 0) throw new Error(`'${shown}' failed with exit code ${code}`);
}

function tsm(...args: string[]): Promise<void> {
  const shown = args.map((arg) => /[^\w./-]/.test(arg) ? `"${arg}"` : arg).join(" ");
  return show(
    `tsm ${shown}`,
    Deno.execPath(),
    "run",
    ...PERMISSION_FLAGS,
    join(project, "main.ts"),
    ...args,
  );
}

async function request(url: string): Promise<void> {
  console.log(`\n${bold(`$ curl ${url}`)}`);
  console.log((await (await fetch(url)).text()).trimEnd());
}

/** Awaits that the process has been restarted, and listens again. */
async function awaitRestart(name: string, url: string): Promise<void> {
  const meta = join(root, "runtime", "processes", name, "meta.json");
  while (JSON.parse(await Deno.readTextFile(meta)).restarts < 1) await pause();
  while (!await fetch(url).then((response) => response.text(), () => false)) await pause();
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

const port = freePort();
const name = `myapp-${port}`;
const url = `http://127.0.0.1:${port}`;
const directory = `runtime/processes/${name}`;
await Deno.writeTextFile(join(work, "server.ts"), SERVER);
console.log(dim(`The root of this demo is ${root}`));
try {
  await tsm(
    "start",
    "deno run --allow-net --allow-env server.ts",
    "--name",
    "myapp",
    "--port",
    String(port),
    "--wait",
  );
  await tsm("ls");
  await show(`ls -l ${directory}`, "ls", "-l", join(root, directory));
  await show(`cat ${directory}/meta.json`, "cat", join(root, directory, "meta.json"));
  await request(`${url}/`);
  await tsm("logs", name, "--no-follow");
  await request(`${url}/crash`);
  await awaitRestart(name, url);
  await tsm("ls");
  await tsm("describe", name);
  await tsm("stop", name);
  await show(`cat db/history/${name}.jsonl`, "cat", join(root, "db", "history", `${name}.jsonl`));
} finally {
  await tsm("shutdown");
  await Deno.remove(work, { recursive: true });
}
