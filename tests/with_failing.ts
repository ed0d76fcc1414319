/** Has `program` print nothing and fail as long as `action` runs. */
export async function withFailing(
  program: string,
  action: () => Promise<unknown>,
): Promise<void> {
  const path = Deno.env.get("PATH") ?? "/usr/bin:/bin";
  const dir = Deno.makeTempDirSync({ prefix: "tsm-failing-" });
  Deno.writeTextFileSync(`${dir}/${program}`, "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  Deno.env.set("PATH", `${dir}:${path}`);
  try {
    await action();
  } finally {
    Deno.env.set("PATH", path);
    Deno.removeSync(dir, { recursive: true });
  }
}
