import { patrolMessage } from "../../api/messages/patrol.ts";
import { isSupervisorAlive } from "../../api/supervisor_lock.ts";
import { migrateOldLayout } from "../../migrate/migrate.ts";
import { hasOldFiles } from "../../migrate/old_files.ts";
import { oneLine } from "../../printable.ts";
import type { Finding } from "../../patrol/finding.ts";
import { patrol } from "../../patrol/patrol.ts";
import type { Command } from "../command.ts";
import { ask } from "../connection/connection.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit_code.ts";

/** `tsm patrol`: looks for what is not as it should be, and mends it. */
export const patrolCommand: Command = {
  name: "patrol",
  usage: "[--dry-run] [--kill-orphans]",
  summary: "Look for what is not as it should be, and mend it",
  description: `
Takes over processes of the old layout, moves directories without a readable meta.json to
runtime/quarantine, removes stale pid files, links that lead nowhere and what interrupted
operations left behind, and reports processes whose directory is gone and logs that were deleted. The supervisor does
all this when it comes up, and every minute but for the old layout. The logs, which it looks
at every five seconds by itself, are looked at now.`,
  flags: [
    { name: "dry-run", help: "only say what would be done" },
    { name: "kill-orphans", help: "end processes of this root whose directory is gone" },
  ],
  examples: [
    { command: "tsm patrol --dry-run", does: "see what is wrong" },
    { command: "tsm patrol", does: "put it right" },
    { command: "tsm patrol --json | jq -r '.[].found'", does: "the same for programs" },
  ],
  async run(args, context) {
    if (args.words.length > 0) {
      throw new Deno.errors.InvalidData(
        `Cannot patrol '${
          args.words.join(" ")
        }': 'tsm patrol' takes no words; it looks at everything`,
      );
    }
    const body = { dry_run: args.has("dry-run"), kill_orphans: args.has("kill-orphans") };
    const findings = body.dry_run && !isSupervisorAlive(context.root)
      ? await lookOnly(context)
      : (await ask(context, patrolMessage, body)).findings;
    if (context.json) context.print(JSON.stringify(findings, null, 2));
    if (findings.length === 0) context.say("All is as it should be");
    for (const finding of findings) context.say(oneLine(describe(finding, body.dry_run)));
    for (const { name, found, failed } of findings) {
      if (failed !== undefined) {
        context.warn(oneLine(`tsm: Cannot mend '${name}' (${found}): ${failed}`));
      }
    }
    return findings.some(({ failed }) => failed !== undefined) ? EXIT.failed : EXIT.done;
  },
};

/** Looks without a supervisor: one that came up would mend what it finds. */
async function lookOnly({ root }: Context): Promise<readonly Finding[]> {
  // Processes have the real path of the root in their TSM_ROOT. Where there is no root, nothing is
  // wrong.
  const rootPath = await Deno.realPath(root.base).catch(() => undefined);
  if (rootPath === undefined) return [];
  const host = {
    rootPath,
    knows: () => false,
    rewrite: () => {},
    settled: () => Promise.resolve(),
    knowsSpec: () => false,
    rewriteSpec: () => {},
    revive: () => {},
    keepsPidFile: (name: string) => hasOldFiles(root, name),
    reserveId: () => 0,
  };
  return [
    ...await migrateOldLayout(root, host, { dryRun: true }),
    ...await patrol(root, host, { dryRun: true, killOrphans: false }),
  ];
}

function describe({ name, path, found, remedy, done, failed }: Finding, dryRun: boolean): string {
  const what = `${name}: ${found}${path === null ? "" : ` (${path})`}`;
  if (failed !== undefined) return `${what}: failed`;
  return `${what}: ${done || !dryRun ? remedy : `would be ${remedy}`}`;
}
