import { assert } from "@std/assert";
import type { Tsm } from "./harness.ts";

/**
 * Mounts a small file system of its own as the root.
 *
 * @param size As mount(8) takes it for a tmpfs: `512k`.
 */
export async function mountRoot(tsm: Tsm, size = "512k"): Promise<void> {
  Deno.mkdirSync(tsm.root, { mode: 0o700 });
  const args = ["-t", "tmpfs", "-o", `size=${size},mode=700`, "tmpfs", tsm.root];
  const { success } = await new Deno.Command("mount", { args }).output();
  assert(success, `mount ${args.join(" ")}`);
}

/** Ends what runs in it, and unmounts it. */
export async function unmountRoot(tsm: Tsm): Promise<void> {
  await tsm.run(["shutdown"]);
  await new Deno.Command("umount", { args: ["-l", tsm.root] }).output();
}

/** Fills the file system of `dir` to its last byte; gives the file to remove. */
export function fill(dir: string): string {
  const path = `${dir}/filler`;
  using file = Deno.openSync(path, { write: true, create: true });
  for (const size of [65536, 4096, 1]) {
    try {
      while (true) file.writeSync(new Uint8Array(size));
    } catch {
      // No room for as much; perhaps for less.
    }
  }
  return path;
}
