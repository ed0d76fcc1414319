import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { ServicePlan } from "../../../src/startup/init_system.ts";
import { findInitSystem } from "../../../src/startup/init_systems.ts";
import { openrc } from "../../../src/startup/openrc.ts";
import { systemd } from "../../../src/startup/systemd.ts";
import { testNeeding } from "../../test_needing.ts";

const PLAN: ServicePlan = {
  scope: "system",
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

  for (const scope of ["system", "user"] as const) {
    const name = `systemd-analyze verifies the unit of a ${scope} service for ${root}`;
    testNeeding(["systemd-analyze"], name, () => {
      const unit = systemd.unit({ ...plan, scope });
      // Without a session there is no directory for a user's manager, which it looks for.
      const words = ["systemd-analyze", "verify", ...scope === "user" ? ["--user"] : []];
      const said = check(unit, "tsm.service", "env", "XDG_RUNTIME_DIR=/tmp", ...words);
      assert(!said.includes("tsm.service:"), said);
    });
  }

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

/** What systemd-analyze calls safe of every unit that says nothing of it. */
const SAFE_BY_DEFAULT = ["AmbientCapabilities", "NotifyAccess", "SupplementaryGroups"];

testNeeding(
  ["systemd-analyze"],
  "the systemd unit takes nothing from its processes that they have when started by hand",
  () => {
    const report = JSON.parse(check(
      systemd.unit(PLAN),
      "tsm.service",
      ...["systemd-analyze", "security", "--offline=yes", "--no-pager", "--json=short"] as const,
    )) as readonly { readonly json_field: string; readonly set: boolean | null }[];
    assert(report.length > 50);
    const taken = report.filter(({ set, json_field }) =>
      set === true && !SAFE_BY_DEFAULT.includes(json_field)
    );
    assertEquals(taken, []);
  },
);

Deno.test("a unit of a user's own manager names no user, and starts with that manager", () => {
  const plan = { ...PLAN, scope: "user", user: "deploy", home: "/home/deploy" } as const;
  const unit = systemd.unit(plan);
  assert(!/^User=/m.test(unit));
  assertStringIncludes(unit, "\nWantedBy=default.target\n");
  assertEquals(systemd.lingerCommand(plan), "loginctl enable-linger deploy");
  assert(!systemd.startsAtBoot({ ...plan, user: "nobody-who-lingers" }));
  assertEquals(systemd.path(plan), "/home/deploy/.config/systemd/user/tsm.service");
  assert(
    [...systemd.enable(plan), ...systemd.disable(plan)].every((command) =>
      command.startsWith("systemctl --user ")
    ),
  );
});

Deno.test("an init system nobody knows is refused with those there are", () => {
  assertThrows(() => findInitSystem("upstart"), Deno.errors.InvalidData, "openrc, systemd");
  assertEquals(findInitSystem("openrc"), openrc);
});
