import { assertEquals } from "@std/assert";
import { NODE_22 } from "../node_22.ts";
import { testNeeding } from "../test_needing.ts";
import { DIFFERENCES } from "./recorded/differences.ts";
import { type Launched, launchedByTsm, sorted } from "./recorded/launched.ts";
import { readRecording, RECORDED_FILES } from "./recorded/recorded_files.ts";

for (const file of RECORDED_FILES) {
  testNeeding(
    [NODE_22, "npm", "python3", "bash"],
    `${file.dir}: tsm starts what PM2 starts, but for what is stated`,
    async () => {
      assertEquals(await launchedByTsm(file), withDifferences(file.dir, readRecording(file)));
    },
  );
}

/** What tsm is to start where PM2 starts `launched`. */
function withDifferences(dir: string, launched: readonly Launched[]): readonly Launched[] {
  const differences = DIFFERENCES.flatMap(({ in: places }) => places[dir] ?? []);
  const changed = differences.reduce((all, { name, pm2, tsm }) => {
    const meant = all.filter((one) => one.name === name);
    // A difference that is none any longer is to be struck from the list.
    assertEquals(meant.map((one) => ({ ...one, ...pm2 })), meant, `${dir}: ${name}`);
    return all.map((one) => meant.includes(one) ? { ...one, ...tsm } : one);
  }, launched);
  return sorted(changed);
}
