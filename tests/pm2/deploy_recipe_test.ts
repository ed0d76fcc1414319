import { assertEquals, assertStringIncludes } from "@std/assert";
import { isDirectory } from "../../src/files/path_info.ts";
import { Tsm, tsmCommand, until } from "../e2e/harness.ts";
import { type Need, testNeeding } from "../test_needing.ts";

/** As root, sshd separates privileges in a directory that only the start of the service makes. */
const SSHD_DIRECTORY: Need = {
  absence: "no /run/sshd",
  isMet: () => Deno.uid() !== 0 || isDirectory("/run/sshd"),
};

const FILE = `module.exports = { apps: [{ name: "blog", script: "app.js",
  env_production: { NODE_ENV: "production" } }] };
`;

/** It tells which release it is of, and stays. */
const app = (release: string) =>
  `console.log("release", "${release}", process.env.NODE_ENV);
setInterval(() => {}, 60_000);
`;

testNeeding(
  ["sshd", SSHD_DIRECTORY, "ssh", "ssh-keygen", "git", "node", "npm"],
  "the recipe of docs/pm2.md deploys over ssh, brings new code in, and goes back",
  async () => {
    await using tsm = new Tsm();
    const ssh = await openSsh(tsm);
    const run = async (program: string, args: readonly string[], env = {}) => {
      const command = new Deno.Command(program, {
        args: [...args],
        cwd: tsm.work,
        env: { PATH: `${ssh.bin}:${Deno.env.get("PATH")}`, ...env },
        stdin: "null",
      });
      const { success, stdout, stderr } = await command.output();
      const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
      assertEquals(success, true, `${program} ${args.join(" ")}: ${out}${err}`);
    };
    const git = (...args: string[]) =>
      run("git", ["-C", "project", "-c", "user.name=a", "-c", "user.email=a@b", ...args]);
    const release = async (name: string) => {
      tsm.write("project/app.js", app(name));
      await git("add", "--all");
      await git("commit", "--quiet", "--message", name);
    };

    await run("git", ["init", "--quiet", "--initial-branch=main", "project"]);
    tsm.write("project/ecosystem.config.js", FILE);
    const named = { name: "blog", version: "1.0.0" };
    tsm.write("project/package.json", JSON.stringify(named));
    tsm.write(
      "project/package-lock.json",
      JSON.stringify({ ...named, lockfileVersion: 3, packages: { "": named } }),
    );
    await release("one");
    await run("git", ["clone", "--quiet", "project", "deployed"]);

    const recipe = tsm.write("deploy.sh", await readRecipe(), 0o755);
    const deploy = (env = {}) =>
      run(recipe, [], { HOSTS: "there", DIR: `${tsm.work}/deployed`, ...env });
    const says = (line: string) =>
      until(line, async () => (await tsm.ok("logs", "blog", "--no-follow")).includes(line));
    await deploy();
    await says("release one production");
    assertStringIncludes(tsm.read("runtime", "saved.json"), "blog");

    await release("two");
    await deploy();
    await says("release two production");

    await tsm.ok("flush", "blog");
    await deploy({ REF: "HEAD@{1}" });
    await says("release one production");
  },
);

/** The script that the page shows. */
async function readRecipe(): Promise<string> {
  const page = await Deno.readTextFile(new URL("../../docs/pm2.md", import.meta.url));
  return page.match(/<!-- recipe: deploy -->\n\n```sh\n([^]*?)```/)![1]!;
}

/**
 * An ssh that reaches a real sshd with keys of its own, which listens nowhere: the client starts it
 * for each connection.
 *
 * @returns the directory with the programs `ssh` and `tsm`.
 */
async function openSsh(tsm: Tsm): Promise<{ readonly bin: string }> {
  const bin = `${tsm.work}/bin`;
  for (const dir of [bin, `${tsm.work}/project`]) await Deno.mkdir(dir);
  for (const key of ["host", "user"]) {
    const args = ["-q", "-t", "ed25519", "-N", "", "-f", `${tsm.work}/${key}`];
    assertEquals((await new Deno.Command("ssh-keygen", { args }).output()).success, true);
  }
  const words = tsmCommand().map((word) => `'${word}'`).join(" ");
  const cache = Deno.env.get("DENO_DIR");
  const variables = cache === undefined ? "" : `export DENO_DIR='${cache}'\n`;
  tsm.write("bin/tsm", `#!/bin/sh\n${variables}exec ${words} "$@"\n`, 0o755);
  const path = `${bin}:${Deno.env.get("PATH")}`;
  const server = tsm.write(
    "sshd_config",
    `HostKey ${tsm.work}/host
AuthorizedKeysFile ${tsm.work}/user.pub
StrictModes no
UsePAM no
PermitRootLogin prohibit-password
SetEnv "PATH=${path}" "TSM_ROOT=${tsm.root}"
`,
  );
  const sshd = await pathOf("sshd");
  const client = tsm.write(
    "ssh_config",
    `Host *
  ProxyCommand ${sshd} -i -f ${server}
  IdentityFile ${tsm.work}/user
  IdentitiesOnly yes
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  LogLevel ERROR
`,
  );
  const real = await pathOf("ssh");
  tsm.write("bin/ssh", `#!/bin/sh\nexec ${real} -F '${client}' "$@"\n`, 0o755);
  return { bin };
}

/** The path of a program, by which sshd demands to be started. */
async function pathOf(program: string): Promise<string> {
  const { stdout } = await new Deno.Command("which", { args: [program] }).output();
  return new TextDecoder().decode(stdout).trim();
}
