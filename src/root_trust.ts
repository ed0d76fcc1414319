/**
 * Whether a root can be trusted with secrets, after ssh's StrictModes: what somebody else may
 * write to, somebody else may have written.
 *
 * @module
 */
import type { RuntimeRoot } from "./root.ts";

/** Write permission for the group or for others. */
const OTHERS_WRITE = 0o022;
/** Write permission for everybody. */
const ANYBODY_WRITES = 0o002;
/** Who may write to a directory may only rename and remove there what is theirs: `/tmp`. */
const STICKY = 0o1000;
/** Whom files of users belong to that a user namespace does not have, as `/` in some containers. */
const OVERFLOW_UID = 65_534;

/**
 * Refuses a root that somebody else could have put something into: before anything in it is read,
 * it and its `runtime` must belong to whoever asks, and nobody else may write to them. One that is
 * not there yet, or is one's own and empty, is fine: it is closed when it is claimed. Nor may
 * somebody else be able to put another directory in its place, at any moment after the check: the
 * directories above it belong to whoever asks or to root, and not everybody may write to them.
 *
 * @param rootPath The root's absolute path, for messages.
 * @throws {Deno.errors.PermissionDenied} with the owner, and what to do.
 */
export function checkRootTrusted(root: RuntimeRoot, rootPath: string): void {
  refuseParents(rootPath);
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

function refuseParents(rootPath: string): void {
  const parents = new Set([...parentsOf(rootPath), ...parentsOf(realPathIfThere(rootPath))]);
  for (const parent of parents) {
    const info = infoIfThere(() => Deno.statSync(parent));
    if (info === undefined || info.uid === null || info.mode === null) continue;
    const cannot = `Cannot use '${rootPath}' as the root: somebody else could put another ` +
      `directory in its place, for '${parent}'`;
    if (info.uid !== Deno.uid() && info.uid !== 0 && info.uid !== OVERFLOW_UID) {
      throw new Deno.errors.PermissionDenied(
        `${cannot} belongs to another user, ${ownerName(info.uid)} (uid ${info.uid}); name a ` +
          "directory below your own with --root or TSM_ROOT",
      );
    }
    if ((info.mode & ANYBODY_WRITES) !== 0 && (info.mode & STICKY) === 0) {
      throw new Deno.errors.PermissionDenied(
        `${cannot} can be written to by everybody; 'chmod o-w ${parent}', or 'chmod +t' as of ` +
          "/tmp, or name another directory with --root or TSM_ROOT",
      );
    }
  }
}

/** The directories above an absolute path, the nearest first. */
function parentsOf(path: string): readonly string[] {
  const parents: string[] = [];
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
    parents.push(path.slice(0, end));
  }
  return [...parents, "/"];
}

/** Where a path leads if there is something, else the path itself. */
function realPathIfThere(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path;
  }
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
