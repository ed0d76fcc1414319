import { assertEquals, assertStringIncludes } from "@std/assert";
import { openrc } from "../../../src/startup/openrc.ts";
import { systemd } from "../../../src/startup/systemd.ts";
import { Tsm } from "../harness.ts";
import { asAttacker, asRoot, attack, ATTACKER } from "./attacker.ts";

const INIT_SYSTEMS = ["systemd", "openrc"];

/** A directory of the attacker's, where the root of a service for that user is to be. */
function openWork(tsm: Tsm): string {
  Deno.chmodSync(`${tsm.work}/..`, 0o755);
  const home = `${tsm.work}/home`;
  Deno.mkdirSync(home);
  Deno.chownSync(home, ATTACKER, ATTACKER);
  return home;
}

for (const init of INIT_SYSTEMS) {
  Deno.test({
    ...asRoot(`what 'startup ${init} --user' prints for root follows no link of that user's`),
    async fn() {
      await using tsm = new Tsm();
      const home = openWork(tsm);
      const victim = `${tsm.work}/victim`;
      Deno.mkdirSync(victim, { mode: 0o755 });
      await attack('ln -s "$2" "$1/root"', home, victim);
      const words = ["startup", init, "--json", "--user", "nobody", "--root", `${home}/root`];
      const { path, install } = JSON.parse(await tsm.ok(...words));
      // Stored where that harms nobody; what follows tells the init system only.
      const unit = `${tsm.work}/unit`;
      const script = (install as string).replace(path, unit).replace(/ && .*$/, "'");
      const { code, stderr } = await new Deno.Command("sh", { args: ["-c", script] }).output();
      assertEquals(code, 0, new TextDecoder().decode(stderr));
      const { uid, mode } = Deno.statSync(victim);
      assertEquals([uid, mode! & 0o777], [0, 0o755]);
      assertStringIncludes(Deno.readTextFileSync(unit), `${home}/root`);
    },
  });
}

Deno.test({
  ...asRoot("a unit makes the root as the user it is for, who cannot have it made elsewhere"),
  async fn() {
    await using tsm = new Tsm();
    const home = openWork(tsm);
    const victim = `${tsm.work}/victim`;
    Deno.mkdirSync(victim, { mode: 0o755 });
    await attack('ln -s "$2" "$1/link"', home, victim);
    for (const [root, made] of [[`${home}/root`, true], [`${home}/link/root`, false]] as const) {
      const command = ["/bin/echo"];
      const plan = { scope: "system", name: "x", root, user: "nobody", home, command } as const;
      const script = openrc.unit(plan).replace("#!/sbin/openrc-run", "");
      const run = `${script}\neval "set -- $command_args"; exec "$command" "$@"`;
      const pre = /^ExecStartPre=(.*)$/m.exec(systemd.unit(plan))![1]!;
      for (const command of [run, `exec ${pre}`]) {
        const [program, ...args] = asAttacker("/bin/sh", "-c", command);
        const { success } = await new Deno.Command(program!, { args, stderr: "null", cwd: "/" })
          .output();
        assertEquals(success, made, command);
      }
      if (made) assertEquals(Deno.statSync(root).uid, ATTACKER);
    }
    assertEquals([...Deno.readDirSync(victim)], []);
  },
});
