import { assertEquals, assertStringIncludes } from "@std/assert";
import { Tsm, until } from "../e2e/harness.ts";
import { Machines, SSH } from "../e2e/ssh_machines.ts";
import { testNeeding } from "../test_needing.ts";

const FILE = `module.exports = { apps: [{ name: "blog", script: "app.js",
  env_production: { NODE_ENV: "production" } }] };
`;

/** It tells which release it is of, and stays. */
const app = (release: string) =>
  `console.log("release", "${release}", process.env.NODE_ENV);
setInterval(() => {}, 60_000);
`;

testNeeding(
  [...SSH, "git", "node", "npm"],
  "the recipe of docs/pm2.md deploys over ssh, brings new code in, and goes back",
  async () => {
    await using tsm = new Tsm();
    await using machines = await Machines.open(tsm);
    const there = await machines.add("there");
    await Deno.mkdir(`${tsm.work}/project`);
    const run = async (program: string, args: readonly string[], env = {}) => {
      const command = new Deno.Command(program, {
        args: [...args],
        cwd: tsm.work,
        env: { ...machines.env, ...env },
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
      until(line, async () => (await there.ok("logs", "blog", "--no-follow")).includes(line));
    await deploy();
    await says("release one production");
    assertStringIncludes(there.read("runtime", "saved.json"), "blog");

    await release("two");
    await deploy();
    await says("release two production");

    await there.ok("flush", "blog");
    await deploy({ REF: "HEAD@{1}" });
    await says("release one production");
  },
);

/** The script that the page shows. */
async function readRecipe(): Promise<string> {
  const page = await Deno.readTextFile(new URL("../../docs/pm2.md", import.meta.url));
  return page.match(/<!-- recipe: deploy -->\n\n```sh\n([^]*?)```/)![1]!;
}
