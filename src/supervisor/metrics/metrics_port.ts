import { BoundedServer, type RequestHandler } from "../../api/server/bounded_server.ts";
import { messageOf } from "../../errors.ts";
import { fingerprint } from "../../files/fingerprint.ts";
import { settingValue } from "../../settings/settings_file.ts";
import type { RuntimeRoot } from "../../root.ts";

/** What listens on the port that `tsm set metrics_port` fixes. */
export class MetricsPort {
  readonly #root: RuntimeRoot;
  readonly #handler: RequestHandler;
  readonly #log: (text: string) => void;
  #server: BoundedServer | undefined;
  /** Why the port could not be had, so that it is said but once. */
  #refused: string | undefined;
  /** What the file of settings was when they were followed last, and nothing else since. */
  #followed: string | undefined;

  constructor(
    root: RuntimeRoot,
    handler: RequestHandler,
    log: (text: string) => void,
  ) {
    this.#root = root;
    this.#handler = handler;
    this.#log = log;
  }

  /** Does {@linkcode follow} where the settings have changed, or the port could not be had. */
  followChanges(): void {
    if (this.#refused !== undefined || fingerprint(this.#root.settingsJson) !== this.#followed) {
      this.follow();
    }
  }

  /** Listens where the settings have it, if it can; otherwise it says why. */
  follow(): void {
    try {
      const settings = fingerprint(this.#root.settingsJson);
      this.listen(settingValue(this.#root, "metrics_port") as number | null);
      this.#refused = undefined;
      this.#followed = settings;
    } catch (error) {
      const reason = messageOf(error);
      if (this.#refused !== reason) this.#log(reason);
      this.#refused = reason;
    }
  }

  /**
   * Listens on `port`, and no longer on another; `null`: on none.
   *
   * @throws {Deno.errors.AddrInUse} if somebody else has it.
   */
  listen(port: number | null): void {
    this.#followed = undefined;
    if ((this.#server?.port ?? null) === port) return;
    const former = this.#server;
    this.#server = port === null ? undefined : this.#serve(port);
    former?.shutdown();
  }

  /** Listens no more. */
  close(): void {
    this.#server?.shutdown();
    this.#server = undefined;
  }

  #serve(port: number): BoundedServer {
    try {
      return new BoundedServer({
        port,
        handler: this.#handler,
        onReopened: (_, reason) => this.#log(`metrics: ${reason}; listening on ${port} again`),
      });
    } catch (error) {
      if (
        !(error instanceof Deno.errors.AddrInUse || error instanceof Deno.errors.PermissionDenied)
      ) {
        throw error;
      }
      throw new Deno.errors.AddrInUse(
        `Cannot serve metrics on port ${port}: ${messageOf(error)}; choose another one, ` +
          "as in 'tsm set metrics_port 9464'",
      );
    }
  }
}
