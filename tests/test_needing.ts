/**
 * Tests that need what a machine may lack. Where it is missing they are skipped by a name that
 * says so, as `… (skipped: no tmux)`; `.ci/run` lists what may be missing there.
 *
 * @module
 */

/** What a test may need of the machine besides programs. */
export interface Need {
  /** What its absence is called behind `skipped: `. */
  readonly absence: string;
  /** Whether it is there. */
  readonly isMet: () => boolean;
}

/** A program on the `PATH`. */
function programNeed(program: string): Need {
  return { absence: `no ${program}`, isMet: () => isInstalled(program) };
}

/** A program, and the right to do with it what succeeds as `command`. */
function rightNeed(absence: string, command: readonly [string, ...string[]]): readonly Need[] {
  const isMet = () => !isInstalled(command[0]) || succeeds(command);
  return [programNeed(command[0]), { absence, isMet }];
}

const MOUNT_TEMPORARY = 'dir=$(mktemp -d) && mount -t tmpfs none "$dir"; code=$?; ' +
  'umount "$dir"; rmdir "$dir"; exit $code';

/** To mount a file system. */
export const MOUNT = rightNeed(
  "may not mount",
  ["unshare", "--mount", "sh", "-c", MOUNT_TEMPORARY],
);

/** To be the first process of a namespace of pids. */
export const PID_NAMESPACE = rightNeed(
  "may not make a pid namespace",
  ["unshare", "--pid", "--fork", "--mount-proc", "true"],
);

/** A network of one's own, whose kernel hands waiting connections from one worker to another. */
export const NETWORK = rightNeed("may not make a network namespace", [
  "unshare",
  "--net",
  "sh",
  "-c",
  "ip link set lo up && echo 1 >/proc/sys/net/ipv4/tcp_migrate_req",
]);

/** To trace a program with strace. */
export const TRACE = rightNeed("may not trace", ["strace", "-qq", "-o", "/dev/null", "true"]);

/** To become other users. */
export const ROOT_USER: Need = { absence: "not root", isMet: () => Deno.uid() === 0 };

/**
 * Declares a test that needs something of the machine.
 *
 * ```ts
 * testNeeding(["tmux", "zsh"], "zsh completes names of processes", async () => {});
 * ```
 *
 * @param needs Programs by their names, and other needs.
 */
export function testNeeding(
  needs: readonly (string | Need)[],
  name: string,
  fn: (context: Deno.TestContext) => void | Promise<void>,
): void {
  const missing = needs.map((need) => typeof need === "string" ? programNeed(need) : need)
    .filter(({ isMet }) => !isMet()).map(({ absence }) => absence);
  if (missing.length === 0) Deno.test(name, fn);
  else Deno.test({ name: `${name} (skipped: ${missing.join(", ")})`, ignore: true, fn });
}

/** Whether a program is on the `PATH`. */
function isInstalled(program: string): boolean {
  return (Deno.env.get("PATH") ?? "").split(":").some((dir) => {
    try {
      const { isFile, mode } = Deno.statSync(`${dir}/${program}`);
      return isFile && (mode! & 0o111) !== 0;
    } catch {
      return false;
    }
  });
}

/** Whether a command succeeds. */
export function succeeds([program, ...args]: readonly [string, ...string[]]): boolean {
  const streams = { stdin: "null", stdout: "null", stderr: "null" } as const;
  return new Deno.Command(program, { args, ...streams }).outputSync().success;
}
