import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { isRunning, Tsm, until } from "./harness.ts";

Deno.test("startup prints a unit that can be stored as it is, and the command for it", async () => {
  await using tsm = new Tsm();
  const unit = await tsm.ok("startup", "systemd", "--name", "tsm-x");
  assertStringIncludes(unit, `WorkingDirectory=-${tsm.root}`);
  assertMatch(unit, /ExecStart=.* supervisor --here --resurrect\n/);
  assertMatch(
    unit,
    /\n# .*startup systemd .* \| (sudo )?sh -c .*systemctl enable --now tsm-x\.service'\n$/,
  );
  assertStringIncludes(await tsm.ok("unstartup", "systemd"), "systemctl disable --now tsm");
  const openrc = await tsm.ok("startup", "openrc", "--quiet");
  assertMatch(openrc, /^#!\/sbin\/openrc-run\n/);
  await tsm.fails(66, "startup", "systemd", "--user", "nobody-of-that-name");
  assertStringIncludes(await tsm.fails(64, "startup", "upstart"), "openrc, systemd");
});

Deno.test("startup --user-service prints a unit that is installed without root, and what has it start at boot", async () => {
  await using tsm = new Tsm();
  const unit = await tsm.ok("startup", "systemd", "--user-service");
  const { install, path, linger } = JSON.parse(
    await tsm.ok("startup", "systemd", "--user-service", "--json"),
  );
  assert(unit.includes(install) && unit.includes(linger));
  assertStringIncludes(linger, "loginctl enable-linger ");
  assertMatch(path, /\/\.config\/systemd\/user\/tsm\.service$/);
  assert(!install.includes("sudo"));
  // Installed where we may write, and with what it would tell systemd left out.
  const script = (install as string).replaceAll(path, `${tsm.work}/units/unit`)
    .replace(/mkdir -p -- \S+/, `mkdir -p -- ${tsm.work}/units`).replace(/ && systemctl .*$/, "'");
  const { code, stderr } = await new Deno.Command("sh", { args: ["-c", script] }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  assertEquals(unit.startsWith(Deno.readTextFileSync(`${tsm.work}/units/unit`)), true);
  assertStringIncludes(
    await tsm.ok("unstartup", "systemd", "--user-service"),
    "systemctl --user disable --now tsm.service",
  );
  assertStringIncludes(
    await tsm.fails(64, "startup", "openrc", "--user-service"),
    "leave --user-service out",
  );
  const other = Deno.uid() === 0 ? "nobody" : "root";
  assertStringIncludes(
    await tsm.fails(64, "startup", "systemd", "--user-service", "--user", other),
    `run this as '${other}'`,
  );
});

Deno.test("the unit's own words run a supervisor in an environment as bare as systemd's", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "a", "--env", "COLOUR=blue");
  const environment = await tsm.ok("env", "a", "--json");
  await tsm.ok("save");
  await tsm.ok("stop", "a");
  await tsm.ok("shutdown");
  const unit = await tsm.ok("startup", "systemd");
  const value = (key: string) => new RegExp(`^${key}=(.*)$`, "m").exec(unit)![1]!;
  const [program, ...args] = value("ExecStart").split(" ");
  // From source, its packages are where Deno has put them.
  const cache = Deno.env.get("DENO_DIR");
  const child = new Deno.Command(program!, {
    args,
    cwd: value("WorkingDirectory").slice("-".length),
    env: {
      ...cache === undefined ? {} : { DENO_DIR: cache },
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      HOME: Deno.env.get("HOME") ?? "/root",
      TSM_ROOT: tsm.root,
    },
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await until("the process to be back", async () => (await tsm.list())["a"]?.status === "online");
  assertEquals(await tsm.ok("env", "a", "--json"), environment);
  const { pid } = (await tsm.list())["a"]!;
  // As 'systemctl stop' does with KillMode=process.
  child.kill("SIGTERM");
  assertEquals((await child.status).code, 0);
  assert(isRunning(pid!));
});

Deno.test("the command that installs a unit writes the same unit", async () => {
  await using tsm = new Tsm();
  const { unit, install, path } = JSON.parse(await tsm.ok("startup", "openrc", "--json"));
  // Installed where we may write, and with what it would tell OpenRC left out.
  const target = `${tsm.work}/unit`;
  const script = (install as string).replace(path, target).replace(/ && chmod .*$/, "'");
  const output = await new Deno.Command("sh", { args: ["-c", script.replace("| sudo ", "| ")] })
    .output();
  assertEquals(output.code, 0, new TextDecoder().decode(output.stderr));
  assertEquals(Deno.readTextFileSync(target), unit);
});
