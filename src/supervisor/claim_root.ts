import type { RuntimeRoot } from "../root.ts";

/**
 * Claims the root: gives it the mode 0700, since it holds the token and environments. A directory
 * that holds other things is refused, since closing it would lock others out.
 *
 * @param rootPath The root's absolute path, for messages.
 * @throws {Deno.errors.InvalidData} if it is another user's, or holds other things.
 */
export function claimRoot(root: RuntimeRoot, rootPath: string): void {
  const info = Deno.statSync(root.base);
  if (info.uid !== null && info.uid !== Deno.uid()) {
    throw new Deno.errors.InvalidData(
      `Cannot use '${rootPath}' as the root: it belongs to another user (uid ${info.uid}); ` +
        "name a directory of your own with --root or TSM_ROOT",
    );
  }
  const entries = [...Deno.readDirSync(root.base)].map(({ name }) => name);
  if (entries.length > 0 && !entries.includes("runtime")) {
    throw new Deno.errors.InvalidData(
      `Cannot use '${rootPath}' as the root: it is not empty and holds no 'runtime' directory; ` +
        "name a new or empty directory with --root or TSM_ROOT",
    );
  }
  if (((info.mode ?? 0) & 0o777) !== 0o700) Deno.chmodSync(root.base, 0o700);
}
