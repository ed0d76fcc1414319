/**
 * A node that can share a port, which that of the system may be too old for. It comes from npm, into
 * the cache that the benchmark uses too.
 *
 * @module
 */
import { fromNpm } from "../scripts/bench/contenders/npm_cache.ts";
import type { Need } from "./test_needing.ts";

const ARCH = Deno.build.arch === "x86_64" ? "x64" : "arm64";
/** The platform's own package: the program alone, without scripts that run at its installation. */
const PACKAGE = `node-linux-${ARCH}`;
const installed = await fromNpm([`${PACKAGE}@22.23.3`], true);

/** Its path; where there is none, a test that names {@linkcode NODE_22} is skipped. */
export const NODE = "dir" in installed
  ? `${installed.dir}/node_modules/${PACKAGE}/bin/node`
  : "node";

/** Node 22.12 or newer. */
export const NODE_22: Need = { absence: "no node 22", isMet: () => "dir" in installed };
