import { outputOf } from "./run.ts";

/** What was measured on, a line each. */
export async function describeMachine(): Promise<readonly string[]> {
  const script = `
. /etc/os-release 2>/dev/null
grep -m1 '^model name' /proc/cpuinfo | cut -d: -f2-
echo "$PRETTY_NAME, Linux $(uname -r), $(uname -m)"
cc --version 2>/dev/null | head -n 1`;
  const text = await outputOf({ argv: ["/bin/sh", "-c", script] });
  const { total } = Deno.systemMemoryInfo();
  const lines = text.trim().split("\n").map((line) => line.trim()).filter((line) => line !== "");
  return [
    `${navigator.hardwareConcurrency} cores, ${Math.round(total / 2 ** 30)} GB of memory`,
    ...lines,
    `Deno ${Deno.version.deno}`,
  ];
}
