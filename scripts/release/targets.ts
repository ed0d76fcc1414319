/** What a binary is built for. */
export interface Target {
  /** As `--target` and the names of release files have it. */
  readonly name: string;
  /** What `deno compile --target` calls it. */
  readonly triple: string;
  /** Its number in the field `e_machine` of an ELF file; see elf(5). */
  readonly machine: number;
  /** What Debian calls its processor. */
  readonly debian: string;
}

/** Everything that tsm is released for. */
export const TARGETS: readonly Target[] = [
  { name: "x86_64-linux", triple: "x86_64-unknown-linux-gnu", machine: 62, debian: "amd64" },
  { name: "aarch64-linux", triple: "aarch64-unknown-linux-gnu", machine: 183, debian: "arm64" },
];

/**
 * Finds a target by its name.
 *
 * ```ts
 * findTarget("aarch64-linux").debian; // "arm64"
 * ```
 *
 * @throws {Deno.errors.InvalidData} if there is no such target; names those there are.
 */
export function findTarget(name: string): Target {
  const target = TARGETS.find((target) => target.name === name);
  if (target) return target;
  throw new Deno.errors.InvalidData(
    `Cannot build for '${name}': the targets are ${TARGETS.map(({ name }) => name).join(", ")}`,
  );
}
