/** The name of this machine. */
export function hostName(): string {
  try {
    return Deno.readTextFileSync("/proc/sys/kernel/hostname").trim();
  } catch {
    return "localhost";
  }
}
