/**
 * tsm, a process manager. The command line gives up its write permission before
 * it does anything; only the supervisor keeps it, confined to the root it is
 * started in, and what writes the files of an export, confined to their directory.
 *
 * @module
 */
if (Deno.args[0] === "supervisor" && Deno.args.includes("--here")) {
  const { main } = await import("./src/supervisor/main.ts");
  Deno.exit(await main(Deno.args));
} else if (Deno.args[0] === "export" && Deno.args.includes("--here")) {
  const { main } = await import("./src/export/write_here.ts");
  Deno.exit(await main());
} else {
  Deno.permissions.revokeSync({ name: "write" });
  // With TSM_HOSTS it lists other machines, which takes more than the files of this one.
  if (Deno.args[0] === "ls" && !Deno.env.get("TSM_HOSTS")) {
    const { main } = await import("./src/cli/ls_main.ts");
    const code = await main(Deno.args);
    if (code !== undefined) Deno.exit(code);
  }
  if (Deno.args[0] === "start" && !Deno.env.get("TSM_HOSTS")) {
    const { isConfigName } = await import("./src/config/config_name.ts");
    // Files that list processes are read by the main of all commands.
    if (!Deno.args.some(isConfigName)) {
      const { main } = await import("./src/cli/start_main.ts");
      const code = await main(Deno.args);
      if (code !== undefined) Deno.exit(code);
    }
  }
  if (Deno.args[0] === "web" && Deno.args.includes("--here")) {
    const { main } = await import("./src/web/main.ts");
    Deno.exit(await main(Deno.args));
  }
  const { main } = await import("./src/cli/main.ts");
  Deno.exit(await main(Deno.args));
}
