/**
 * The symbolic links to the logs of a process, where people look for them: which there are to be,
 * and what is wrong with those that are not.
 *
 * @module
 */
import { isThere, lstatIfThere, statIfThere } from "../files/path_info.ts";
import { processPaths, type RuntimeRoot } from "../root.ts";
import type { SpecSettings } from "../settings/table/settings_table.ts";
import type { LogProblems, Stream } from "./log_problems.ts";

/** A link that is to be. */
export interface LogLink {
  readonly stream: Stream;
  readonly path: string;
  /** The log it leads to. */
  readonly target: string;
}

/** What the links of a process depend on. */
export type LinkedSettings = Pick<SpecSettings, "log_links" | "instance" | "instances">;

/**
 * The links that a process is to have.
 *
 * @param root The root, its paths absolute.
 */
export function logLinks(
  root: RuntimeRoot,
  name: string,
  { log_links, instance, instances }: LinkedSettings,
): readonly LogLink[] {
  if (!log_links || log_links.merge && instance > 0) return [];
  const { out, err } = processPaths(root, name);
  const targets = { out, err } as const;
  const number = instances > 1 && !log_links.merge ? instance : undefined;
  return (["out", "err"] as const).flatMap((stream) => {
    const path = log_links[stream];
    if (path === undefined) return [];
    return [{ stream, path: withNumber(path, number), target: targets[stream] }];
  });
}

/** Whether a link leads to its log. */
export function leadsToLog({ path, target }: LogLink): boolean {
  const [link, log] = [statIfThere(path), statIfThere(target)];
  return link !== undefined && log !== undefined && link.dev === log.dev && link.ino === log.ino;
}

/**
 * Why links of a process do not lead to its logs, by stream; nothing where they do.
 *
 * @param spec The settings of the process.
 */
export function linkProblems(
  root: RuntimeRoot,
  name: string,
  spec: LinkedSettings & Pick<SpecSettings, "user">,
): LogProblems {
  const problems = logLinks(root, name, spec).filter((link) => !leadsToLog(link))
    .map((link) => [link.stream, describeProblem(link, name, spec.user)] as const);
  return Object.fromEntries(problems);
}

function describeProblem({ path }: LogLink, name: string, user: string | null): string {
  const shows = `'tsm logs ${name}' shows it`;
  if (!isThere(path)) {
    return user === null
      ? `has no link at '${path}': it could not be made there; ${shows}`
      : `has no link at '${path}': '${user}' could not follow it into tsm's root, which only its ` +
        `owner may enter; ${shows}`;
  }
  const other = processLinkedAt(path);
  if (other !== undefined) {
    return `has no link at '${path}': that is a link to a log of '${other}', and one path cannot ` +
      `lead to two; ${shows}`;
  }
  const what = lstatIfThere(path)?.isSymlink ? "a link to something else" : "a file of its own";
  return `has no link at '${path}': ${what} is there, and is kept; move it away and ` +
    `'tsm restart ${name}', or look at the log by 'tsm logs ${name}'`;
}

/** The process to whose log the link at a path leads, if there is such a one. */
function processLinkedAt(path: string): string | undefined {
  if (!lstatIfThere(path)?.isSymlink) return undefined;
  return /\/runtime\/processes\/([^/]+)\/current\.(out|err)$/.exec(Deno.readLinkSync(path))?.[1];
}

/** PM2's names for the logs of instances: `out.log` becomes `out-0.log`. */
function withNumber(path: string, number: number | undefined): string {
  return number === undefined ? path : path.replace(/(\.[^./]*)?$/, `-${number}$1`);
}
