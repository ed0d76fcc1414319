import type { Context } from "../context.ts";
import { EXIT } from "../exit_code.ts";
import { askHosts, exitCodeOfAll, type Question } from "./ask_hosts.ts";
import type { RemoteFacts } from "./remote_script.ts";

/** Characters of one machine's output that are kept. */
const MAX_KEPT = 64 * 1024 * 1024;

/** What came from one machine. */
export interface Collected {
  readonly host: string;
  readonly lines: readonly string[];
  /** Seconds by which its clock is behind this one. */
  readonly behind: number;
}

/** Of all machines, in their order, what came, and the exit code for all of them. */
export interface CollectedAll {
  readonly collected: readonly Collected[];
  readonly code: number;
}

/**
 * Asks machines and keeps what they print until they have ended.
 *
 * @param onCollected Told of each machine as soon as it has ended.
 */
export async function collect(
  context: Context,
  question: Omit<Question, "onLine" | "onEnd">,
  onCollected: (collected: Collected) => void = () => {},
): Promise<CollectedAll> {
  const kept = new Map(
    question.hosts.map((host) => [host, { host, lines: [] as string[], behind: 0, size: 0 }]),
  );
  let isCut = false;
  const ends = await askHosts(context, {
    ...question,
    onLine(host, line, facts) {
      const one = kept.get(host)!;
      if (one.lines.length === 0) one.behind = behindBy(facts);
      one.size += line.length + 1;
      if (one.size <= MAX_KEPT) one.lines.push(line);
    },
    onEnd(host) {
      const one = kept.get(host)!;
      if (one.size > MAX_KEPT) {
        isCut = true;
        context.warn(`tsm: ${host} printed ${one.size} bytes: the rest of them is left out`);
      }
      onCollected(one);
    },
  });
  return { collected: [...kept.values()], code: isCut ? EXIT.failed : exitCodeOfAll(ends) };
}

function behindBy({ clock }: RemoteFacts): number {
  const seconds = Date.now() / 1000 - clock;
  // Its clock tells whole seconds, and the way takes some: that is no difference.
  return Math.abs(seconds) < 5 ? 0 : seconds;
}
