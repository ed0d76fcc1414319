import { delay } from "@std/async/delay";
import { dirname } from "@std/path/posix";
import { removeIfThere } from "../../files/replace_file.ts";
import { MAX_NOTIFICATION } from "./notification.ts";

/** Datagrams that are read without a pause. */
const BURST = 50;
/**
 * Milliseconds of pause behind so many: what a process says more often than that waits in the
 * kernel, and then the process itself, not the supervisor and those who ask it.
 */
const PAUSE = 100;

/** What a socket tells. */
export interface NotifyListener {
  /** A datagram has come. */
  received(datagram: Uint8Array): void;
  /** One was longer than any that has a meaning, and has been dropped. */
  tooLong(): void;
  /** No more can come, which nobody has asked for. */
  failed(error: unknown): void;
}

/**
 * The datagram socket on which one process talks to its supervisor by sd_notify(3). Who can reach
 * its path is believed: Deno does not tell who has sent a datagram.
 */
export class NotifySocket {
  readonly #path: string;
  readonly #socket: Deno.DatagramConn;
  #closed = false;

  /**
   * Opens the socket at `path`, anew where an earlier supervisor or run has left one. What comes
   * before anybody listens waits in the kernel.
   *
   * @param path From the working directory, the root: a long root would make it too long to bind.
   * @throws whatever the file system says.
   */
  constructor(path: string) {
    Deno.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    removeIfThere(path);
    this.#path = path;
    this.#socket = Deno.listenDatagram({ transport: "unixpacket", path });
  }

  /** Tells `listener` all that comes, until it is closed. */
  async listen(listener: NotifyListener): Promise<void> {
    // One byte more, by which a datagram is seen to be longer: the kernel cuts off the rest. The
    // descriptor that comes with BARRIER=1 is not taken, so that the kernel closes it, which is
    // what its sender waits for.
    const buffer = new Uint8Array(MAX_NOTIFICATION + 1);
    try {
      for (let count = 1;; count++) {
        const [datagram] = await this.#socket.receive(buffer);
        if (this.#closed) return;
        if (datagram.length > MAX_NOTIFICATION) listener.tooLong();
        else listener.received(datagram);
        if (count % BURST === 0) await delay(PAUSE);
      }
    } catch (error) {
      if (!this.#closed) listener.failed(error);
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
    this.#socket.close();
    if (remove) removeIfThere(this.#path);
  }
}
