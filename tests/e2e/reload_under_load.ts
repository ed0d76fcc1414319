/**
 * Reloads four workers again and again while they are asked without a pause, and prints what became
 * of the requests as JSON. It is run by itself, so that it can be put into a network of its own.
 *
 * @module
 */
import { HttpLoad } from "../../scripts/bench/http/http_load.ts";
import { WORKERS, writeWorkers } from "../../scripts/bench/http/node_server.ts";
import { freePort, Tsm, until } from "./harness.ts";

const [node = "node", reloads = "20", scaled = ""] = Deno.args;
await using tsm = new Tsm();
const port = freePort();
const file = await writeWorkers({ dir: tsm.work, node, port, count: 4 });
await tsm.ok("start", file);
const load = new HttpLoad({ port, short: 3, kept: 3, pause: 1 });
await until("the first answers", () => load.answered > 100);
for (let round = 0; round < Number(reloads); round++) await tsm.ok("reload", WORKERS);
for (const count of scaled.split(",").filter(Boolean)) await tsm.ok("scale", WORKERS, count);
const { failures, ...counts } = await load.end();
const restarts = Object.values(await tsm.list()).map((meta) => meta.restarts);
console.log(JSON.stringify({ ...counts, failures, restarts }));
