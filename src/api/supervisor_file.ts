/**
 * `supervisor.json`: where the running supervisor listens, and the token that
 * opens it. Only the owner may read it.
 *
 * @module
 */
import { openIfThere, readAt } from "../files/read_at.ts";
import { isDiskFull, overwriteFile } from "../files/disk_full.ts";
import { replaceFile } from "../files/replace_file.ts";
import type { RuntimeRoot } from "../root.ts";

/** Where a supervisor listens. */
export interface SupervisorAddress {
  readonly pid: number;
  readonly port: number;
  readonly token: string;
  readonly version: string;
  /** Epoch seconds. */
  readonly started: number;
  /** The path of its program, which older ones did not write down. */
  readonly program?: string;
}

/**
 * Tells of each field whether a supervisor has written it; by hand, for the library that checks by
 * schemas would hold up each command that asks.
 */
const FIELDS: Readonly<Record<keyof SupervisorAddress, (value: unknown) => boolean>> = {
  pid: (value) => isWhole(value) && value >= 1,
  port: (value) => isWhole(value) && value >= 1 && value <= 65535,
  token: (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value),
  version: (value) => typeof value === "string",
  started: (value) => typeof value === "number",
  program: (value) => value === undefined || typeof value === "string",
};

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/**
 * Reads `supervisor.json`.
 *
 * @returns `undefined` if there is none: no supervisor is ready.
 * @throws {Deno.errors.InvalidData} if it is damaged.
 * @throws {Deno.errors.PermissionDenied} if somebody else has written it, or may read it.
 */
export function readSupervisorFile(root: RuntimeRoot): SupervisorAddress | undefined {
  const text = readOwnText(root.supervisorJson);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Deno.errors.InvalidData(`${root.supervisorJson}: ${(error as Error).message}`);
  }
  const given = Object(value) as Partial<SupervisorAddress>;
  for (const [key, isRight] of Object.entries(FIELDS)) {
    const field = given[key as keyof SupervisorAddress];
    if (isRight(field)) continue;
    throw new Deno.errors.InvalidData(
      `${root.supervisorJson}: ${key}: no supervisor writes ${JSON.stringify(field)} there`,
    );
  }
  return given as SupervisorAddress;
}

/**
 * Reads a file that must be one's own, and that nobody else can read. The owner is that of the open file: whoever owns a
 * directory above the root could put another root in its place meanwhile, and be sent our token
 * and environment.
 */
export function readOwnText(path: string): string | undefined {
  using file = openIfThere(path);
  if (file === undefined) return undefined;
  const { size, uid, mode } = file.statSync();
  if (uid !== null && uid !== Deno.uid()) {
    throw new Deno.errors.PermissionDenied(`${path} belongs to another user (uid ${uid})`);
  }
  if (((mode ?? 0) & 0o077) !== 0) {
    throw new Deno.errors.PermissionDenied(
      `${path} is open to other users (mode ${((mode ?? 0) & 0o777).toString(8)}), and with it ` +
        `everything tsm can do: 'chmod 600 ${path}', then 'tsm shutdown --keep-processes' and any ` +
        "command make another token",
    );
  }
  return new TextDecoder().decode(readAt(file, 0, size));
}

/** The same where a damaged file counts as none: the supervisor that lives writes it anew. */
export function findAddress(root: RuntimeRoot): SupervisorAddress | undefined {
  try {
    return readSupervisorFile(root);
  } catch (error) {
    if (error instanceof Deno.errors.InvalidData) return undefined;
    throw error;
  }
}

/** The text of a `supervisor.json`. */
export function formatSupervisorFile(address: SupervisorAddress): string {
  return `${JSON.stringify(address, null, 2)}\n`;
}

/**
 * Writes `supervisor.json`. On a full disk the file of an earlier supervisor, which
 * {@linkcode retireSupervisorFile} has kept, is written over: that takes no space.
 *
 * @throws whatever the file system says.
 */
export function writeSupervisorFile(root: RuntimeRoot, address: SupervisorAddress): void {
  const text = formatSupervisorFile(address);
  try {
    replaceFile(root.supervisorJson, text, { mode: 0o600 });
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    overwriteFile(root.supervisorSpare, text);
    Deno.renameSync(root.supervisorSpare, root.supervisorJson);
  }
}

/**
 * Takes `supervisor.json` away, where there is one: no supervisor listens there any more. Its
 * file is kept under another name, so that the next supervisor can come up on a full disk.
 */
export function retireSupervisorFile(root: RuntimeRoot): void {
  try {
    Deno.renameSync(root.supervisorJson, root.supervisorSpare);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
