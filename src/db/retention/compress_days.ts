import { gzipInProgress, removeUnfinishedGzips } from "../../files/gzip_in_progress.ts";
import { removeIfThere } from "../../files/replace_file.ts";
import { compressFile } from "../../logs/compress.ts";
import { runShell } from "../../process/run_shell.ts";
import type { RuntimeRoot } from "../../root.ts";
import { dayOf, listDayFiles } from "../day_files.ts";

/** Milliseconds: most questions are about the last 24 hours, so yesterday stays uncompressed. */
const LEFT = 24 * 3_600_000;

// Two steps and no pipe: a shell does not tell that the left side of a pipe has failed.
const MERGE = `umask 077; { gzip -dc <"$1" && cat <"$2"; } >"$3.all" &&
  nice -n 19 gzip -1 -c <"$3.all" >"$3" && touch -cr "$2" "$3" && echo merged; rm -f "$3.all"`;

/**
 * Compresses the events and metrics of the days before yesterday. Where a clock that jumped back
 * has added lines to a day that is compressed already, the two files are merged. Interrupted at any
 * point and run again, it finishes the job.
 *
 * @param now Epoch milliseconds.
 * @throws whatever the file system says.
 */
export async function compressDays(root: RuntimeRoot, now: number): Promise<void> {
  const yesterday = dayOf(now - LEFT);
  for (const directory of [root.events, root.metrics]) {
    removeUnfinishedGzips(directory);
    for (const { day, plain, compressed, isCopy } of listDayFiles(directory)) {
      if (day >= yesterday || plain === undefined) continue;
      if (compressed === undefined) await compressFile(plain);
      else if (isCopy) removeIfThere(plain);
      else await merge(compressed, plain);
    }
  }
}

async function merge(compressed: string, plain: string): Promise<void> {
  const temporary = gzipInProgress(compressed);
  try {
    const said = await runShell(MERGE, compressed, plain, temporary);
    if (said.trim() !== "merged") {
      throw new Error(`cannot put ${plain} and ${compressed} together: is the disk full?`);
    }
    Deno.renameSync(temporary, compressed);
    removeIfThere(plain);
  } finally {
    removeIfThere(temporary);
  }
}
