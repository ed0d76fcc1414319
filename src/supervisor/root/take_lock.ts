import { delay } from "@std/async/delay";
import { request } from "../../api/client.ts";
import { pingMessage } from "../../api/messages/ping.ts";
import { shutdownMessage } from "../../api/messages/shutdown.ts";
import { refuseNewerSupervisor } from "../../api/newer_supervisor.ts";
import { findAddress, type SupervisorAddress } from "../../api/supervisor_file.ts";
import { tryLockSupervisor } from "../../api/supervisor_lock.ts";
import { pidExists } from "../../process/signals.ts";
import type { RuntimeRoot } from "../../root.ts";

const LOOK_EVERY = 10;
/** A client that looks whether the lock is held disturbs for an instant: it is tried so often. */
const TRIES = 100;
/** Milliseconds in which a supervisor answers a ping. */
const ANSWERS_WITHIN = 5000;
/** Milliseconds in which a supervisor that was asked to leave has gone. */
const LEAVES_WITHIN = 10_000;

/**
 * Takes the supervisor's lock. A foreground supervisor replaces a detached one. One whose lock
 * file somebody has removed lives all the same, and would manage the same processes: whoever takes
 * the new lock asks it to leave first.
 *
 * @param options.foreground Whether it is to run in the foreground.
 * @param options.downgrade Whether one of a newer version is replaced too.
 * @returns the lock, held until it is closed.
 * @throws {Deno.errors.Busy} if another one lives and is not to be replaced.
 * @throws {Deno.errors.NotConnected} if it is not to be replaced because it is newer.
 */
export async function takeLock(
  root: RuntimeRoot,
  { foreground, downgrade }: { readonly foreground: boolean; readonly downgrade: boolean },
): Promise<Deno.FsFile> {
  let asked: number | undefined;
  for (let tries = 0; tries < TRIES || asked !== undefined; tries++) {
    const lock = tryLockSupervisor(root);
    const address = findAddress(root);
    if (lock) {
      if (address && pidExists(address.pid)) {
        try {
          await askToLeave(address, downgrade);
        } catch (error) {
          lock.close();
          throw error;
        }
      }
      return lock;
    }
    // One that a command has started since is another, and asked as well.
    if (address && address.pid !== asked) {
      const present = await request(address, pingMessage, {}, { patience: ANSWERS_WITHIN })
        .catch(() => undefined);
      if (present && (!foreground || present.foreground)) {
        const where = present.foreground ? "in the foreground" : "in the background";
        throw new Deno.errors.Busy(`a supervisor already runs ${where} (pid ${present.pid})`);
      }
      if (present) {
        if (!downgrade) refuseNewerSupervisor(address);
        await request(address, shutdownMessage, { keep_processes: true }).catch(() => {});
        asked = address.pid;
      }
    }
    await delay(LOOK_EVERY);
  }
  throw new Deno.errors.Busy("another supervisor holds runtime/supervisor.lock");
}

/**
 * Asks the supervisor at `address` to leave its processes running and go, and awaits that it has.
 * An address at which nobody answers is that of a dead one.
 *
 * @throws {Deno.errors.NotConnected} if it is newer, and not to be replaced.
 */
async function askToLeave(address: SupervisorAddress, downgrade: boolean): Promise<void> {
  const present = await request(address, pingMessage, {}, { patience: ANSWERS_WITHIN }).catch(() =>
    undefined
  );
  if (present?.pid !== address.pid) return;
  if (!downgrade) refuseNewerSupervisor(address);
  await request(address, shutdownMessage, { keep_processes: true }, { patience: ANSWERS_WITHIN })
    .catch(() => {});
  const deadline = performance.now() + LEAVES_WITHIN;
  while (performance.now() < deadline) {
    const still = await request(address, pingMessage, {}, { patience: LOOK_EVERY * 10 }).catch(() =>
      undefined
    );
    if (!still) return;
    await delay(LOOK_EVERY);
  }
}
