/** Whether there is anything at `path`, a link that leads nowhere included. */
export function isThere(path: string): boolean {
  return lstatIfThere(path) !== undefined;
}

/** Whether there is a plain file at `path`, and no link to one. */
export function isPlainFile(path: string): boolean {
  return lstatIfThere(path)?.isFile ?? false;
}

/** Whether there is a directory at `path`, and no link to one. */
export function isRealDirectory(path: string): boolean {
  return lstatIfThere(path)?.isDirectory ?? false;
}

/** Whether there is a file at `path`, or where a link there leads. */
export function isFile(path: string): boolean {
  return statIfThere(path)?.isFile ?? false;
}

/** Whether there is a directory at `path`, or where a link there leads. */
export function isDirectory(path: string): boolean {
  return statIfThere(path)?.isDirectory ?? false;
}

/** The size of what is at `path` itself, in bytes; 0 where nothing is. */
export function sizeOf(path: string): number {
  return lstatIfThere(path)?.size ?? 0;
}

/** What is at `path` itself; `undefined` where nothing is, or nothing may be seen. */
export function lstatIfThere(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch {
    return undefined;
  }
}

/** What is at `path`, or where a link there leads. */
export function statIfThere(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch {
    return undefined;
  }
}
