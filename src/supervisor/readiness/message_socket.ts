import { delay } from "@std/async/delay";
import { dirname } from "@std/path/posix";
import { settlesWithin } from "../../async/settles_within.ts";
import { removeIfThere } from "../../files/replace_file.ts";

/** Milliseconds that somebody who has connected may take to say something. */
const PATIENCE = 1000;
/** Milliseconds of pause where nobody can be let in, as without descriptors. */
const PAUSE = 1000;

/** The answer by which the preload knows that it has been heard. */
const HEARD = new TextEncoder().encode("ok\n");

/**
 * The stream socket on which a program of node's tells that it is ready, since node has no
 * datagrams of this kind. The other end is node's preload (`src/program/preload.cjs`): it sends the line
 * `ready`, and connects again until it gets `ok` back. So a word that is said while there is no
 * supervisor reaches the next one.
 */
export class MessageSocket {
  readonly #path: string;
  readonly #listener: Deno.UnixListener;
  #closed = false;

  /**
   * Opens the socket at `path`, anew where an earlier supervisor or run has left one.
   *
   * @param path From the working directory, the root: a long root would make it too long to bind.
   * @throws whatever the file system says.
   */
  constructor(path: string) {
    Deno.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const made = `${path}.new`;
    removeIfThere(made);
    this.#path = path;
    this.#listener = Deno.listen({ transport: "unix", path: made });
    // Deno removes the path of a listener some time after it was closed: that of a run whose place
    // another one takes would take the path of the next run's with it.
    Deno.renameSync(made, path);
  }

  /** Calls `ready` whenever the program says that it is, until it is closed. */
  async listen(ready: () => void): Promise<void> {
    while (!this.#closed) {
      try {
        using connection = await this.#listener.accept();
        const buffer = new Uint8Array(64);
        const length = await settlesWithin(connection.read(buffer).catch(() => null), PATIENCE);
        if (
          this.#closed || new TextDecoder().decode(buffer.subarray(0, length ?? 0)) !== "ready\n"
        ) {
          continue;
        }
        // First noted, then answered: a supervisor that dies in between is told again.
        ready();
        await settlesWithin(connection.write(HEARD).catch(() => 0), PATIENCE);
      } catch {
        if (!this.#closed) await delay(PAUSE);
      }
    }
  }

  /**
   * Closes it.
   *
   * @param options.remove Whether its file goes too.
   */
  close({ remove }: { readonly remove: boolean }): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#listener.close();
    if (remove) removeIfThere(this.#path);
  }
}
