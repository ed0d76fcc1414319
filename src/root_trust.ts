/**
 * Whether a root can be trusted with secrets, after ssh's StrictModes: what somebody else may
 * write to, somebody else may have written.
 *
 * @module
 */
import type { RuntimeRoot } from "./root.ts";

/** Write permission for the group or for others. */
const OTHERS_WRITE = 0o022;

/**
 * Refuses a root that somebody else could have put something into: before anything in it is read,
 * it and its `runtime` must belong to whoever asks, and nobody else may write to them. One that is
 * not there yet, or is one's own and empty, is fine: it is closed when it is claimed.
 *
 * @param rootPath The root's absolute path, for messages.
 * @throws {Deno.errors.PermissionDenied} with the owner, and what to do.
 */
export function checkRootTrusted(root: RuntimeRoot, rootPath: string): void {
  const base = infoIfThere(() => Deno.statSync(root.base));
  if (base === undefined) return;
  refuseOwner(base, rootPath, rootPath);
  const runtime = infoIfThere(() => Deno.lstatSync(root.runtime));
  if (runtime === undefined) return;
  refuseOwner(runtime, `${rootPath}/runtime`, rootPath);
  refuseMode(base, rootPath);
  if (!runtime.isSymlink) refuseMode(runtime, `${rootPath}/runtime`);
}

/** Who owns a file, or a number where that has no name. */
export function ownerName(uid: number): string {
  let users: string;
  try {
    users = Deno.readTextFileSync("/etc/passwd");
  } catch {
    users = "";
  }
  const isOwner = (line: string) => line.split(":")[2] === String(uid);
  return users.split("\n").find(isOwner)?.split(":")[0] ?? `#${uid}`;
}

function refuseOwner({ uid }: Deno.FileInfo, path: string, rootPath: string): void {
  const own = Deno.uid();
  if (uid === null || uid === own) return;
  const owner = ownerName(uid);
  const asOwner = own === 0 ? `'sudo -u ${owner} tsm …' acts as that user; ` : "";
  throw new Deno.errors.PermissionDenied(
    `Cannot use '${rootPath}' as the root: '${path}' belongs to another user, ${owner} ` +
      `(uid ${uid}), who could read and change all that tsm does there; ${asOwner}` +
      "name a directory of your own with --root or TSM_ROOT",
  );
}

function refuseMode({ mode }: Deno.FileInfo, path: string): void {
  if (mode === null || (mode & OTHERS_WRITE) === 0) return;
  const shown = (mode & 0o777).toString(8).padStart(4, "0");
  throw new Deno.errors.PermissionDenied(
    `Cannot use '${path}': it has mode ${shown}, so others may have put anything into it; look ` +
      `through it, then 'chmod 700 ${path}'`,
  );
}

function infoIfThere(look: () => Deno.FileInfo): Deno.FileInfo | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return undefined;
    }
    throw error;
  }
}
