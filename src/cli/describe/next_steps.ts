import type { Description } from "../../views/describe_process.ts";

/** A command that makes sense now. */
export interface Step {
  readonly command: string;
  readonly does: string;
}

/** The two or three commands that make sense next, for a process in this state. */
export function nextSteps(
  { name, status }: Pick<Description["meta"], "name" | "status">,
): readonly Step[] {
  const follow = { command: `tsm logs ${name}`, does: "follow its logs" };
  const errors = {
    command: `tsm logs ${name} --err --no-follow`,
    does: "see what it complained of",
  };
  const restart = { command: `tsm restart ${name}`, does: "start it again" };
  const keep = { command: `tsm stop --keep ${name}`, does: "stop it, and keep it listed" };
  const remove = { command: `tsm delete ${name}`, does: "remove it, with its logs" };
  switch (status) {
    case "online":
    case "launching":
    case "stopping":
      return [follow, restart, keep];
    case "waiting":
      return [errors, { ...restart, does: "start it now" }, keep];
    case "scheduled":
      return [{ command: `tsm start ${name}`, does: "run it now" }, follow, keep];
    case "errored":
    case "dead":
      return [errors, restart, remove];
    case "stopped":
      return [{ ...restart, command: `tsm start ${name}` }, errors, remove];
  }
}
