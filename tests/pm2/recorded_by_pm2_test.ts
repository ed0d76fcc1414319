import { assertEquals } from "@std/assert";
import { NODE_22 } from "../node_22.ts";
import { testNeeding } from "../test_needing.ts";
import { REAL_PM2 } from "./real_pm2.ts";
import { launchedByPm2 } from "./recorded/launched.ts";
import { readRecording, RECORDED_FILES } from "./recorded/recorded_files.ts";

for (const file of RECORDED_FILES) {
  testNeeding(
    [REAL_PM2, NODE_22, "npm", "python3", "bash"],
    `${file.dir}: a real PM2 starts what was recorded`,
    async () => assertEquals(await launchedByPm2(file), readRecording(file)),
  );
}
