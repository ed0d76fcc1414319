/**
 * A server of node with several workers, as a PM2 file lists it.
 *
 * @module
 */

/** Answers at once; with REUSE_PORT it shares its port by itself. On SIGTERM or SIGINT it ends as soon as all it was asked is answered. */
const SERVER = `
const http = require("http");
let ending = false;
const server = http.createServer((_, response) => {
  if (ending) response.setHeader("Connection", "close");
  response.end("hello");
});
const reusePort = process.env.REUSE_PORT === "1";
server.listen({ port: Number(process.env.PORT), host: "127.0.0.1", reusePort });
for (const signal of ["SIGTERM", "SIGINT"]) {
  process.on(signal, () => {
    ending = true;
    server.close(() => process.exit(0));
  });
}
`;

/** What the workers are called together. */
export const WORKERS = "workers";

/** Which workers are to serve. */
export interface WorkersWanted {
  /** A directory of their own. */
  readonly dir: string;
  /** The path of the node that runs them. */
  readonly node: string;
  readonly port: number;
  readonly count: number;
}

/** Writes a server that many workers run; gives its path. */
export async function writeServer({ dir }: Pick<WorkersWanted, "dir">): Promise<string> {
  const script = `${dir}/server.js`;
  await Deno.writeTextFile(script, SERVER);
  return script;
}

/** Writes a PM2 file that lists workers of a cluster; gives its path. */
export async function writeWorkers({ dir, node, port, count }: WorkersWanted): Promise<string> {
  const script = await writeServer({ dir });
  const path = `${dir}/workers.json`;
  const app = {
    name: WORKERS,
    script,
    exec_mode: "cluster",
    instances: count,
    env: { PORT: port },
  };
  await Deno.writeTextFile(path, JSON.stringify({ apps: [{ ...app, interpreter: node }] }));
  return path;
}
