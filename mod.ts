/**
 * tsm for programs: start, watch and stop processes, and learn what becomes of them.
 *
 * ```ts
 * import { connect } from "./mod.ts";
 *
 * const tsm = await connect();
 * await tsm.start({ command: "echo ready; exec sleep 1000", name: "web" });
 * for await (const { event, name } of tsm.events({ since: "1m" })) {
 *   console.log(event, name);
 *   if (event === "online") break;
 * }
 * await tsm.stop("web");
 * ```
 *
 * It asks the supervisor of a root over its API (docs/api.md), as the command line does.
 *
 * @module
 */
export { connect, type ConnectOptions } from "./src/client/connect.ts";
export { type FollowOptions, type Selectors, Tsm } from "./src/client/tsm.ts";
export type * from "./src/client/types.ts";
