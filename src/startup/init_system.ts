import { statIfThere } from "../files/path_info.ts";

/** Who starts a service: the system's manager at boot, or a user's own (`systemctl --user`). */
export type ServiceScope = "system" | "user";

/** The service that a unit is written for. */
export interface ServicePlan {
  readonly scope: ServiceScope;
  /** What the service is called: `tsm` or `tsm-deploy`. */
  readonly name: string;
  /** The runtime root; absolute. */
  readonly root: string;
  /** Who the supervisor runs as. */
  readonly user: string;
  /** That user's home directory. */
  readonly home: string;
  /** The words that run tsm; the first is an absolute path. */
  readonly command: readonly string[];
}

/** A program that starts services at boot, and what it is told. */
export interface InitSystem {
  readonly name: "systemd" | "openrc";
  /** Whether users have a manager of their own, which starts services for them alone. */
  readonly hasUserServices: boolean;
  /** Whether this machine is run by it. */
  isPresent(): boolean;
  /** Where the unit lies. */
  path(plan: ServicePlan): string;
  /** The command that has a user's manager start at boot; `undefined` of a service of the system. */
  lingerCommand(plan: ServicePlan): string | undefined;
  /** Whether the installed service is started at boot, and not with a session. */
  startsAtBoot(plan: ServicePlan): boolean;
  /** The text of the unit. */
  unit(plan: ServicePlan): string;
  /** Shell commands, run as root or by the user whose manager it is, that put the installed unit into force and start it. */
  enable(plan: ServicePlan): readonly string[];
  /** Shell commands, run by the same, that end the service and take the unit out of force. */
  disable(plan: ServicePlan): readonly string[];
  /** Shell commands for when the unit has been removed. */
  afterRemoval(plan: ServicePlan): readonly string[];
}

/** The words of the supervisor that a service runs; its working directory is the root. */
export function supervisorWords(plan: ServicePlan): readonly string[] {
  return [...plan.command, "supervisor", "--here", "--resurrect"];
}

/**
 * The same, in the root, which is made if need be: for an init system that would enter or make it
 * as root, and so follow a link of the service's user.
 */
export function supervisorWordsInRoot(plan: ServicePlan): readonly string[] {
  const script = 'mkdir -p -m 700 -- "$0" && cd -- "$0" && exec "$@"';
  return ["/bin/sh", "-c", script, plan.root, ...supervisorWords(plan)];
}

/** Whether a file or directory is there. */
export function exists(path: string): boolean {
  return statIfThere(path) !== undefined;
}
