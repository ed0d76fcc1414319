import { exists, type InitSystem, type ServicePlan, supervisorWords } from "./init_system.ts";
import { execWord, quoted, specifiers } from "./unit_text.ts";

/**
 * systemd.
 *
 * Format: systemd.unit(5), systemd.service(5), systemd.exec(5).
 */
export const systemd: InitSystem = {
  name: "systemd",
  // systemd's own test: sd_booted(3).
  isPresent: () => exists("/run/systemd/system"),
  path: ({ name }) => `/etc/systemd/system/${name}.service`,
  unit,
  enable: ({ name }) => ["systemctl daemon-reload", `systemctl enable --now ${name}.service`],
  disable: ({ name }) => [`systemctl disable --now ${name}.service`],
  afterRemoval: ["systemctl daemon-reload"],
};

function unit(plan: ServicePlan): string {
  const { root, user } = plan;
  return `[Unit]
Description=tsm process manager, root ${specifiers(root)}
After=network-online.target
Wants=network-online.target
RequiresMountsFor=${quoted(root)}
StartLimitIntervalSec=0

[Service]
Type=exec
User=${user}
# Both as that user: the first makes the directory, which is missing before the first start.
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

# Hardening that every process inherits, so only what no ordinary service needs. Private
# or read-only directories are left out: what runs on must not lose its files with the unit.
NoNewPrivileges=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
`;
}
