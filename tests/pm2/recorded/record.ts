/**
 * Records anew what PM2 makes of the files beside this module; names choose some of them.
 *
 *     ./scripts/deno run -A tests/pm2/recorded/record.ts 01-web-app
 *
 * @module
 */
import { launchedByPm2 } from "./launched.ts";
import { RECORDED_FILES, recordingPath } from "./recorded_files.ts";

for (const recorded of RECORDED_FILES) {
  if (Deno.args.length > 0 && !Deno.args.includes(recorded.dir)) continue;
  const launched = await launchedByPm2(recorded);
  const text = `${JSON.stringify(launched, null, 2)}\n`;
  await Deno.writeTextFile(recordingPath(recorded.dir), text);
  console.log(`${recorded.dir}: ${launched.length} processes`);
}
