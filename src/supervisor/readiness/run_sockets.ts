import {
  hasMessageSocket,
  hasNotifySocket,
  type SocketSettings,
} from "../../program/readiness_sockets.ts";
import { messageSocketPath, notifySocketPath, type RuntimeRoot } from "../../root.ts";
import { MessageSocket } from "./message_socket.ts";
import { type NotifyListener, NotifySocket } from "./notify_socket.ts";

/** Whether a process has any socket to say on how it is. */
export function hasSockets(settings: SocketSettings): boolean {
  return hasNotifySocket(settings) || hasMessageSocket(settings);
}

/** The sockets on which one process says how it is, as its settings have it. */
export class RunSockets {
  readonly #notify: NotifySocket | undefined;
  readonly #message: MessageSocket | undefined;

  /**
   * Opens them; what comes before anybody listens waits in the kernel.
   *
   * @param id The `tsm_id` of the process.
   * @throws whatever the file system says.
   */
  constructor(root: RuntimeRoot, id: number, settings: SocketSettings) {
    this.#notify = hasNotifySocket(settings)
      ? new NotifySocket(notifySocketPath(root, id))
      : undefined;
    this.#message = hasMessageSocket(settings)
      ? new MessageSocket(messageSocketPath(root, id))
      : undefined;
  }

  /**
   * Tells what comes, until they are closed.
   *
   * @param listener Told what comes by sd_notify(3).
   * @param ready Called when the program calls `process.send("ready")`.
   */
  listen(listener: NotifyListener, ready: () => void): void {
    this.#notify?.listen(listener);
    this.#message?.listen(ready);
  }

  /**
   * Closes them.
   *
   * @param options.remove Whether their files go too; a process that runs on finds them again when
   * the next supervisor opens them.
   */
  close(options: { readonly remove: boolean }): void {
    this.#notify?.close(options);
    this.#message?.close(options);
  }
}
