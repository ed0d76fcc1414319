import { joinWords } from "../program/shell_words.ts";
import { exists, type InitSystem, type ServicePlan, supervisorWords } from "./init_system.ts";
import { execWord, quoted, specifiers } from "./unit_text.ts";

/**
 * systemd.
 *
 * Format: systemd.unit(5), systemd.service(5), systemd.exec(5).
 */
export const systemd: InitSystem = {
  name: "systemd",
  hasUserServices: true,
  // systemd's own test: sd_booted(3).
  isPresent: () => exists("/run/systemd/system"),
  path: ({ name, scope, home }) =>
    scope === "user"
      ? `${home}/.config/systemd/user/${name}.service`
      : `/etc/systemd/system/${name}.service`,
  // A user's manager starts with the first session and ends with the last one, unless it lingers.
  lingerCommand: ({ scope, user }) =>
    scope === "user" ? joinWords(["loginctl", "enable-linger", user]) : undefined,
  startsAtBoot: ({ scope, user }) =>
    scope === "system" || exists(`/var/lib/systemd/linger/${user}`),
  unit,
  enable: (
    plan,
  ) => [`${systemctl(plan)} daemon-reload`, `${systemctl(plan)} enable --now ${plan.name}.service`],
  disable: (plan) => [`${systemctl(plan)} disable --now ${plan.name}.service`],
  afterRemoval: (plan) => [`${systemctl(plan)} daemon-reload`],
};

function systemctl({ scope }: ServicePlan): string {
  return scope === "user" ? "systemctl --user" : "systemctl";
}

function unit(plan: ServicePlan): string {
  const { root, scope } = plan;
  return `[Unit]
Description=tsm process manager, root ${specifiers(root)}
${scope === "system" ? networkAndMounts(plan) : ""}StartLimitIntervalSec=0

[Service]
Type=exec
${
    scope === "system"
      ? ownUser(plan)
      : ""
  }# It makes the directory, which is missing before the first start, as the user it is for.
ExecStartPre=/bin/mkdir -p -m 700 -- ${execWord(root)}
WorkingDirectory=-${specifiers(root)}
Environment=${quoted(`TSM_ROOT=${root}`)}
ExecStart=${supervisorWords(plan).map(execWord).join(" ")}

# The supervisor may die at any instant: its processes run on, and the next one adopts them.
KillMode=process
Restart=on-failure
RestartSec=1
# 64: the root cannot be used, 69: a newer tsm supervises it; trying again does not help.
RestartPreventExitStatus=64 69
# A process that is killed for its memory is the supervisor's affair, not the unit's.
OOMPolicy=continue
TasksMax=infinity
# Control groups that a process makes, as container engines do, are left to it.
Delegate=yes

# Every process inherits what the unit sets, and has to run after a boot as it does when it is
# started by hand: these are the values of a login, and no privilege, system call or file is taken
# away. That would also be gone for sudo, for mailers that are set-group-id, for 32-bit programs. The
# supervisor is confined by itself: Deno lets it write below its root and nowhere else.
LimitNOFILE=1024:524288
UMask=0022
OOMScoreAdjust=0

[Install]
WantedBy=${scope === "user" ? "default.target" : "multi-user.target"}
`;
}

/** What a user's own manager knows nothing of. */
function networkAndMounts({ root }: ServicePlan): string {
  return `After=network-online.target
Wants=network-online.target
RequiresMountsFor=${quoted(root)}
`;
}

function ownUser({ user }: ServicePlan): string {
  return `User=${user}
# As at a login: the keys of the user are found.
KeyringMode=shared
`;
}
