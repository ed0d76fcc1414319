/**
 * Other machines for tests: each a real sshd on a port of loopback, with keys of its own, a root
 * of its own and a home without anybody's profile.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { isDirectory } from "../../src/files/path_info.ts";
import type { Need } from "../test_needing.ts";
import { freePort, Tsm, tsmCommand, until } from "./harness.ts";

/** As root, sshd separates privileges in a directory that only the start of the service makes. */
const SSHD_DIRECTORY: Need = {
  absence: "no /run/sshd",
  isMet: () => Deno.uid() !== 0 || isDirectory("/run/sshd"),
};

/** What a test with other machines needs. */
export const SSH: readonly (string | Need)[] = ["sshd", SSHD_DIRECTORY, "ssh", "ssh-keygen"];

/** What a machine may have otherwise. */
export interface MachineOptions {
  /** The script that is its `tsm`; `null`: it has none. The tested one by default. */
  readonly tsm?: string | null;
  /** Lines for its sshd. */
  readonly sshd?: string;
}

/** Machines that are reached by their names over the `ssh` of {@linkcode Machines.env}. */
export class Machines implements AsyncDisposable {
  /** Variables for commands that are to reach them. */
  readonly env: Readonly<Record<string, string>>;
  readonly #here: Tsm;
  readonly #ssh: string;
  readonly #servers: Deno.ChildProcess[] = [];
  readonly #listeners: Deno.Listener[] = [];
  readonly #there: Tsm[] = [];
  #config = "";

  private constructor(here: Tsm, ssh: string) {
    this.#here = here;
    this.#ssh = ssh;
    this.env = { PATH: `${here.work}/bin:${Deno.env.get("PATH")}` };
  }

  /** @param here Where keys and configuration are kept. */
  static async open(here: Tsm): Promise<Machines> {
    await Deno.mkdir(`${here.work}/bin`);
    for (const key of ["host", "user"]) {
      const args = ["-q", "-t", "ed25519", "-N", "", "-f", `${here.work}/${key}`];
      assertEquals((await new Deno.Command("ssh-keygen", { args }).output()).success, true);
    }
    return new Machines(here, await pathOf("ssh"));
  }

  /** Adds a machine; gives the tsm of its root. */
  async add(name: string, { tsm: script, sshd = "" }: MachineOptions = {}): Promise<Tsm> {
    const there = new Tsm();
    this.#there.push(there);
    await Deno.mkdir(`${there.work}/bin`);
    if (script !== null) there.write("bin/tsm", script ?? testedTsm(), 0o755);
    const port = freePort();
    const path = script === null ? "/usr/bin:/bin" : `${there.work}/bin:${Deno.env.get("PATH")}`;
    const config = there.write(
      "sshd_config",
      `ListenAddress 127.0.0.1:${port}
HostKey ${this.#here.work}/host
AuthorizedKeysFile ${this.#here.work}/user.pub
PidFile none
StrictModes no
UsePAM no
PermitRootLogin prohibit-password
MaxStartups 100
SetEnv "PATH=${path}" "TSM_ROOT=${there.root}" "HOME=${there.work}"
${sshd}
`,
    );
    const server = new Deno.Command(await pathOf("sshd"), {
      args: ["-D", "-f", config],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    this.#servers.push(server);
    await until(`sshd on port ${port}`, async () => {
      try {
        (await Deno.connect({ hostname: "127.0.0.1", port })).close();
        return true;
      } catch {
        return false;
      }
    });
    this.#reach(name, port);
    return there;
  }

  /** Adds a machine that takes connections and never says a word. */
  addMute(name: string): void {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#listeners.push(listener);
    this.#reach(name, (listener.addr as Deno.NetAddr).port);
  }

  /** Adds a machine that nobody answers for. */
  addAbsent(name: string): void {
    this.#reach(name, freePort());
  }

  #reach(name: string, port: number): void {
    this.#config += `Host ${name}\n  HostName 127.0.0.1\n  Port ${port}\n`;
    const client = this.#here.write(
      "ssh_config",
      `${this.#config}Host *
  IdentityFile ${this.#here.work}/user
  IdentitiesOnly yes
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
`,
    );
    this.#here.write("bin/ssh", `#!/bin/sh\nexec ${this.#ssh} -F '${client}' "$@"\n`, 0o755);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const listener of this.#listeners) listener.close();
    for (const server of this.#servers) {
      server.kill("SIGTERM");
      await server.status;
    }
    for (const there of this.#there) await there[Symbol.asyncDispose]();
  }
}

/** A script that is the tested tsm. */
export function testedTsm(): string {
  const words = tsmCommand().map((word) => `'${word}'`).join(" ");
  const cache = Deno.env.get("DENO_DIR");
  const variables = cache === undefined ? "" : `export DENO_DIR='${cache}'\n`;
  return `#!/bin/sh\n${variables}exec ${words} "$@"\n`;
}

/** The path of a program, by which sshd demands to be started. */
async function pathOf(program: string): Promise<string> {
  const { stdout } = await new Deno.Command("which", { args: [program] }).output();
  return new TextDecoder().decode(stdout).trim();
}
