/**
 * Declared ports: each belongs to the process that has declared it.
 *
 * @module
 */
import { hasEnded } from "../../meta/status.ts";
import type { Spec } from "../../meta/spec.ts";
import type { Meta } from "../../meta/metadata.ts";
import type { Run } from "../launch/run.ts";

/** What a claim to a port takes to know of a process. */
export interface PortClaimant {
  readonly meta: Meta;
  readonly spec: Spec;
  readonly run: Run | undefined;
}

/** Who wants a port: a process, or one that is yet to be made. */
export interface PortWanted {
  readonly name: string;
  readonly spec: Pick<Spec, "app" | "namespace" | "config">;
}

/**
 * Who has a port already by having declared it: a process that runs, or will by itself, whether it
 * listens yet or not. Two that declare one port would both be started, and the slower one would
 * fail for ever.
 *
 * @param processes Those of the supervisor.
 * @param wanted Who wants the port, if a process does: instances of one app are one claim.
 */
export function claimantOf<P extends PortClaimant>(
  processes: readonly P[],
  port: number | null,
  wanted?: PortWanted,
): P | undefined {
  if (port === null) return undefined;
  return processes.find((other) =>
    other.meta.port === port && claims(other) && !(wanted && isOneClaim(other, wanted))
  );
}

/**
 * Whether a port may be listened on already without being held: by another instance of the same
 * app, where its instances share their port.
 */
export function isShared(
  processes: readonly PortClaimant[],
  wanted: PortWanted & { readonly spec: Pick<Spec, "port" | "share_port"> },
): boolean {
  const { port, share_port } = wanted.spec;
  return share_port &&
    processes.some((other) =>
      other.run && other.meta.port === port && other.spec.share_port && isOneClaim(other, wanted)
    );
}

/** Says who has claimed a port that another process is to have. */
export function portClaimedError({ meta: { name, port, pid, status } }: PortClaimant): Error {
  const how = pid === null ? status : `pid ${pid}`;
  return new Deno.errors.AddrInUse(
    `port ${port} is the port of '${name}' (${how}); ` +
      `stop that ('tsm stop ${name}'), or take another port, or '--port auto'`,
  );
}

/** Whether it has its port: one that has ended claims nothing. */
function claims({ run, meta }: PortClaimant): boolean {
  return run !== undefined || !hasEnded(meta.status);
}

function isOneClaim({ meta, spec: a }: PortClaimant, { name, spec: b }: PortWanted): boolean {
  if (meta.name === name) return true;
  return a.app !== null && a.app === b.app && a.namespace === b.namespace &&
    a.config?.file === b.config?.file;
}
