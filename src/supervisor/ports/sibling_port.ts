import { lastError } from "../../logs/last_error.ts";
import { lastLines } from "../../logs/last_lines.ts";
import type { Meta } from "../../meta/metadata.ts";
import type { Spec } from "../../meta/spec.ts";
import { listeningPortsOf, readListeningPorts } from "../../process/linux/port.ts";
import type { Run } from "../launch/run.ts";
import { IN_USE, takenPort } from "./taken_port.ts";

/** What looking for the port of another instance takes to know of a process. */
export interface PortSibling {
  readonly meta: Meta;
  readonly spec: Spec;
  readonly run: Run | undefined;
}

/** Lines of stderr in which its last error is looked for. */
const ERROR_WITHIN = 50;

/** Whether it is one of several instances, of which none is told a port. */
export function choosesItsPort({ spec }: Pick<PortSibling, "spec">): boolean {
  return spec.app !== null && spec.instances > 1 && spec.port === null;
}

/**
 * Says that an instance has ended because its program chooses the port itself, and another instance
 * has that one already: no restart helps then.
 *
 * @param ended The instance, whose run has ended.
 * @param processes All of the supervisor's.
 * @param errSize Size of its `current.err` before the launch, in bytes: what follows is of the run.
 * @returns `undefined` if there is no such reason.
 */
export async function siblingPortReason(
  ended: PortSibling & { readonly directory: { readonly errPath: string } },
  processes: readonly PortSibling[],
  errSize: number,
): Promise<string | undefined> {
  if (!choosesItsPort(ended)) return undefined;
  const error = lastError(lastLines(ended.directory.errPath, ERROR_WITHIN, errSize));
  const line = error.find((line) => IN_USE.test(line));
  if (line === undefined) return undefined;
  const said = new Set((line.match(/\d{2,5}/g) ?? []).map(Number));
  const listenedOn = await readListeningPorts();
  const saysWhich = [...said].some((port) => listenedOn.has(port));
  for (const sibling of processes) {
    if (!sibling.run || sibling.meta.name === ended.meta.name || !isSameApp(sibling, ended)) {
      continue;
    }
    const ports = [...await listeningPortsOf(sibling.run.pid)];
    // Not every program says which port it is; one that does may mean that of a stranger.
    const port = ports.find((port) => said.has(port)) ??
      (ports.length === 1 && !saysWhich ? ports[0] : undefined);
    if (port === undefined) continue;
    if (ended.spec.share_port) return takenPort(port, sibling.meta.name);
    return `port ${port} is taken by ${sibling.meta.name}, another instance of it: the program ` +
      "chooses its port itself, so that only one instance can serve; start one, have them share " +
      "it (--share-port), or have it take its port from PORT and give each its own (--port, in " +
      "PM2's files increment_var: 'PORT')";
  }
  return undefined;
}

function isSameApp({ spec: a }: PortSibling, { spec: b }: PortSibling): boolean {
  return a.app === b.app && a.namespace === b.namespace && a.config?.file === b.config?.file;
}
