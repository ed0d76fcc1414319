import { joinWords } from "../program/shell_words.ts";
import { exists, type InitSystem, type ServicePlan, supervisorWordsInRoot } from "./init_system.ts";

/**
 * OpenRC.
 *
 * Format: openrc-run(8), supervise-daemon(8).
 */
export const openrc: InitSystem = {
  name: "openrc",
  hasUserServices: false,
  isPresent: () => exists("/run/openrc") || exists("/sbin/openrc-run"),
  path: ({ name }) => `/etc/init.d/${name}`,
  lingerCommand: () => undefined,
  startsAtBoot: () => true,
  unit,
  enable: ({ name }) => [
    `chmod 755 /etc/init.d/${name}`,
    `rc-update add ${name} default`,
    `rc-service ${name} start`,
  ],
  disable: ({ name }) => [`rc-service ${name} stop`, `rc-update del ${name} default`],
  afterRemoval: () => [],
};

function unit(plan: ServicePlan): string {
  const { root, user, home } = plan;
  const [program, ...args] = supervisorWordsInRoot(plan);
  return `#!/sbin/openrc-run
name=${word(plan.name)}
description=${word(`tsm process manager, root ${root}`)}
# Stopping the service ends only the supervisor: its processes run on. Whatever ends it
# otherwise, 'tsm shutdown' too, has it started again: stop the service first.
supervisor=supervise-daemon
command=${word(program!)}
command_args=${word(joinWords(args))}
command_user=${word(user)}
respawn_delay=1
respawn_max=0
export TSM_ROOT=${word(root)}
export HOME=${word(home)}

depend() {
	need localmount
	use net dns logger
	after firewall
}
`;
}

function word(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
