import { lstatIfThere } from "../../files/path_info.ts";
import type { RuntimeRoot } from "../../root.ts";
import { checkRootTrusted } from "../../root_trust.ts";

/**
 * Claims the root: gives it the mode 0700, since it holds the token and environments. A directory
 * that holds other things is refused, since closing it would lock others out.
 *
 * @param rootPath The root's absolute path, for messages.
 * @throws {Deno.errors.PermissionDenied} if it is another user's, or others may write to it.
 * @throws {Deno.errors.InvalidData} if it holds other things, or links in place of its own files.
 */
export function claimRoot(root: RuntimeRoot, rootPath: string): void {
  checkRootTrusted(root, rootPath);
  const entries = [...Deno.readDirSync(root.base)].map(({ name }) => name);
  if (entries.length > 0 && !entries.includes("runtime")) {
    throw new Deno.errors.InvalidData(
      `Cannot use '${rootPath}' as the root: it is not empty and holds no 'runtime' directory; ` +
        "name a new or empty directory with --root or TSM_ROOT",
    );
  }
  const { mode } = Deno.statSync(root.base);
  if (((mode ?? 0) & 0o777) !== 0o700) Deno.chmodSync(root.base, 0o700);
  // They are opened before there is a lock, and with it the right to move anything away.
  for (const path of [root.supervisorLock, root.supervisorLog, root.supervisorJson]) {
    const info = lstatIfThere(path);
    if (info === undefined || info.isFile) continue;
    const what = info.isSymlink ? "a symbolic link" : "not a plain file";
    throw new Deno.errors.InvalidData(`Cannot use '${rootPath}/${path}': it is ${what}; remove it`);
  }
}
