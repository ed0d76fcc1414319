/**
 * What the cases of `settings_effect_test.ts` are made of.
 *
 * @module
 */
import type { Meta } from "../../../src/meta/metadata.ts";
import { readTextIfThere } from "../../../src/files/read_text.ts";
import { type Tsm, until } from "../harness.ts";

/**
 * Starts a process with a setting at a value that is not its default, and sees its effect from
 * outside. Others run in the same root meanwhile.
 *
 * @param name What the process is to be called; files of the case begin with it.
 */
export type Effect = (tsm: Tsm, name: string) => Promise<void>;

/** A case for each setting of a group; of one that has parts, for each part. */
export type Effects<Group> = {
  readonly [K in keyof Group]: Group[K] extends { type: infer T } ? EffectsOf<T> : never;
};

type EffectsOf<T> = T extends { kind: "object"; parts: infer P }
  ? { readonly [K in keyof P]: Effect }
  : T extends { kind: "variant"; variants: infer V; common: infer C }
    ? { readonly [K in KeysOf<V[keyof V]> | keyof C]: Effect }
  : Effect;

type KeysOf<U> = U extends unknown ? keyof U : never;

/** A program that runs until it is ended. */
export const FOREVER = "exec sleep 1000";

/** Starts a command line under a name. */
export async function start(
  tsm: Tsm,
  name: string,
  line: string,
  ...flags: readonly string[]
): Promise<void> {
  await tsm.ok("start", line, "--name", name, ...flags);
}

/** Starts what a file of these processes lists; gives its path. */
export async function startListed(
  tsm: Tsm,
  file: string,
  processes: Readonly<Record<string, unknown>>,
): Promise<string> {
  const path = tsm.write(`${file}.jsonc`, JSON.stringify({ processes }));
  await tsm.ok("start", path);
  return path;
}

/** The text of a file of the test; empty while it is not there. */
export function textOf(tsm: Tsm, file: string): string {
  return readTextIfThere(`${tsm.work}/${file}`) ?? "";
}

/** What a process has printed. */
export function output(tsm: Tsm, name: string): string {
  return tsm.read("runtime/processes", name, "current.out");
}

/** Awaits that a process has printed `text`. */
export function untilPrinted(tsm: Tsm, name: string, text: string): Promise<boolean> {
  return until(`${name} to print ${text}`, () => output(tsm, name).includes(text));
}

/** Awaits that a process is listed so. */
export function untilListed(
  tsm: Tsm,
  name: string,
  holds: (meta: Omit<Meta, "status"> & { status: string }) => boolean,
): Promise<Omit<Meta, "status"> & { status: string }> {
  return until(`${name} in the awaited state`, async () => {
    const meta = (await tsm.list())[name];
    return meta && holds(meta) ? meta : undefined;
  });
}
