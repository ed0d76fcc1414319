import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { ServicePlan } from "../../../src/startup/init_system.ts";
import { findInitSystem } from "../../../src/startup/init_systems.ts";
import { openrc } from "../../../src/startup/openrc.ts";
import { systemd } from "../../../src/startup/systemd.ts";
import { testNeeding } from "../../test_needing.ts";

const PLAN: ServicePlan = {
  name: "tsm",
  root: "/srv/tsm",
  user: "root",
  home: "/root",
  command: ["/usr/bin/env", "tsm"],
};

/** Roots that mean something to whoever reads the unit. */
const ROOTS = ["/srv/tsm", "/srv/my $HOME 100% \"quoted\" 'it's' back\\slash <&>"];

/** Runs a check of the unit's own program over `text`. */
function check(text: string, name: string, program: string, ...args: string[]): string {
  const dir = Deno.makeTempDirSync({ prefix: "tsm-test-" });
  try {
    Deno.writeTextFileSync(`${dir}/${name}`, text);
    const output = new Deno.Command(program, { args: [...args, `${dir}/${name}`] }).outputSync();
    const said = new TextDecoder().decode(output.stderr) + new TextDecoder().decode(output.stdout);
    assertEquals(output.code, 0, said);
    return said;
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

for (const root of ROOTS) {
  const plan = { ...PLAN, root };

  testNeeding(["systemd-analyze"], `systemd-analyze verifies the unit for ${root}`, () => {
    const said = check(systemd.unit(plan), "tsm.service", "systemd-analyze", "verify");
    assert(!said.includes("tsm.service:"), said);
  });

  Deno.test(`a shell parses the OpenRC script for ${root}, and reads the root from it`, () => {
    const script = openrc.unit(plan);
    check(script, "tsm", "/bin/sh", "-n");
    const words = 'eval "set -- $command_args"; printf %s "$3"';
    assertEquals(check(`${script}\n${words}`, "tsm", "/bin/sh"), root);
  });
}

Deno.test("the systemd unit leaves the processes alone and comes back after a crash", () => {
  const unit = systemd.unit({ ...PLAN, user: "deploy" });
  for (
    const line of [
      "KillMode=process",
      "Restart=on-failure",
      "OOMPolicy=continue",
      "User=deploy",
      "ExecStartPre=/bin/mkdir -p -m 700 -- /srv/tsm",
      "WorkingDirectory=-/srv/tsm",
      'Environment="TSM_ROOT=/srv/tsm"',
      "ExecStart=/usr/bin/env tsm supervisor --here --resurrect",
    ]
  ) assertStringIncludes(unit, `\n${line}\n`);
  // With these, what runs on would lose its files when the unit stops.
  assert(!/^(PrivateTmp|RuntimeDirectory|DynamicUser)=/m.test(unit));
});

Deno.test("an init system nobody knows is refused with those there are", () => {
  assertThrows(() => findInitSystem("upstart"), Deno.errors.InvalidData, "openrc, systemd");
  assertEquals(findInitSystem("openrc"), openrc);
});
