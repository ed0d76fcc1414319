import { PM2_PACKAGE } from "../../scripts/bench/contenders/pm2.ts";
import { fromNpm } from "../../scripts/bench/contenders/npm_cache.ts";
import type { Need } from "../test_needing.ts";

const installed = await fromNpm([PM2_PACKAGE], true);

/** The program of a real PM2 7, from npm; where there is none, a test that names {@linkcode REAL_PM2} is skipped. */
export const PM2_PROGRAM = "dir" in installed ? `${installed.dir}/node_modules/.bin/pm2` : "pm2";

/** A real PM2, of the version that is compared with. */
export const REAL_PM2: Need = {
  absence: `no ${PM2_PACKAGE} from npm`,
  isMet: () => "dir" in installed,
};
