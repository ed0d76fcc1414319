/**
 * Shows tsm at work: the example at the top of the README, for real, in a temporary root.
 *
 * @module
 */
import { join } from "@std/path/posix";
import { PERMISSION_FLAGS } from "../src/permissions.ts";
import { isPortFree } from "../src/process/is_port_free.ts";

const project = join(import.meta.dirname!, "..");
const work = await Deno.makeTempDir({ prefix: "tsm-demo-" });
const root = join(work, "tsm");
// A link named `deno` to the Deno this runs on: the commands that are shown call it by that name.
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
const server = Deno.serve({ port, hostname: "127.0.0.1", onListen }, (request) => {
  const { pathname } = new URL(request.url);
  console.log(request.method + " " + pathname);
  if (pathname === "/crash") {
    console.error("crashing, as asked");
    // Ends when the answers are sent: the request that asked for the crash is answered.
    server.shutdown().then(() => Deno.exit(1));
  }
  return new Response("hello from myapp\\n");
});
`;

/** The first port from `first` on that nobody listens on. */
function freePort(first: number): number {
  for (let port = first;; port++) if (isPortFree(port)) return port;
}

/** Prints a command and runs it; one that fails ends the demo. */
async function show(shown: string, program: string, ...args: string[]): Promise<void> {
  const code = await run(shown, program, ...args);
  if (code !== 0) throw new Error(`'${shown}' failed with exit code ${code}`);
}

/** Prints a command and runs it; gives its exit code. */
async function run(shown: string, program: string, ...args: string[]): Promise<number> {
  console.log(`\n${bold(`$ ${shown}`)}`);
  const command = new Deno.Command(program, { args, cwd: work, env, stdin: "null" });
  return (await command.spawn().status).code;
}

/** A command line of tsm: as it is shown, and as it is run. */
function commandLine(...args: string[]): [string, string, ...string[]] {
  const shown = args.map((arg) => /[^\w./=-]/.test(arg) ? `"${arg}"` : arg).join(" ");
  const source = join(project, "main.ts");
  return [`tsm ${shown}`, Deno.execPath(), "run", ...PERMISSION_FLAGS, source, ...args];
}

function tsm(...args: string[]): Promise<void> {
  return show(...commandLine(...args));
}

/** Starts the server on the first free port; gives that. */
async function startServer(): Promise<number> {
  for (let port = freePort(3000);; port = freePort(port + 1)) {
    const server = "deno run --allow-net --allow-env server.ts";
    const flags = ["--name", "myapp", "--port", String(port), "--wait=2m"];
    const started = commandLine("start", server, ...flags);
    if (await run(...started) === 0) return port;
    await run(...commandLine("stop", "all"));
    // A failure while the port is still free has another reason than the port.
    if (freePort(port) === port) throw new Error(`'${started[0]}' failed`);
  }
}

async function request(url: string): Promise<void> {
  console.log(`\n${bold(`$ curl ${url}`)}`);
  console.log((await (await fetch(url)).text()).trimEnd());
}

/** Awaits that the process has been restarted, and listens again. */
async function awaitRestart(name: string, url: string): Promise<void> {
  const meta = join(root, "runtime", "processes", name, "meta.json");
  const isBack = async () =>
    JSON.parse(await Deno.readTextFile(meta)).restarts > 0 &&
    await fetch(url).then((response) => response.text(), () => false);
  for (const deadline = performance.now() + 120_000; !await isBack();) {
    if (performance.now() > deadline) throw new Error(`'${name}' has not come back in 2 minutes`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

// Without this `fetch` would ask the proxy, which does not reach a port of this machine.
Deno.env.set("no_proxy", "127.0.0.1");
await Deno.writeTextFile(join(work, "server.ts"), SERVER);
console.log(dim(`The root of this demo is ${root}`));
try {
  const port = await startServer();
  const name = `myapp-${port}`;
  const url = `http://127.0.0.1:${port}`;
  const directory = `runtime/processes/${name}`;
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
  await run(...commandLine("shutdown"));
  await Deno.remove(work, { recursive: true });
}
