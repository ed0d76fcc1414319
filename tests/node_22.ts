import { findNode22 } from "../scripts/bench/http/node_22.ts";
import type { Need } from "./test_needing.ts";

const found = await findNode22(true);

/** A node that can share a port; where there is none, a test that names {@linkcode NODE_22} is skipped. */
export const NODE = "dir" in found ? `${found.dir}/node` : "node";

/** Node 22.12 or newer. */
export const NODE_22: Need = { absence: "no node 22", isMet: () => "dir" in found };
