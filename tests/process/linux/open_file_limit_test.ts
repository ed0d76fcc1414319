import { assertEquals } from "@std/assert";
import { testNeeding } from "../../test_needing.ts";
import { TemporaryRoot } from "../../temporary_root.ts";

testNeeding(
  ["prlimit"],
  "a supervisor that raises its own limit of open files hands the former one on",
  async () => {
    using temporary = new TemporaryRoot();
    const module = (path: string) =>
      JSON.stringify(new URL(`../../../src/${path}.ts`, import.meta.url).href);
    const plan = {
      argv: ["/bin/sh", "-c", "ulimit -Sn"],
      cwd: "/",
      env: { PATH: "/usr/bin:/bin", "a.b": "1" },
      paths: temporary.process("api"),
    };
    // In a program of its own, for the limit is the whole program's.
    const script = `
      const { raiseOpenFileLimit } = await import(${module("process/linux/open_file_limit")});
      const { launch } = await import(${module("supervisor/launch/launch")});
      const limit = (nofile) => new Deno.Command("prlimit", {
        args: ["--pid", String(Deno.pid), "--nofile=" + nofile],
      }).outputSync();
      const run = () => launch(${JSON.stringify(plan)}).exited;
      limit("256:1000");
      await run();
      console.log(await raiseOpenFileLimit(512), await raiseOpenFileLimit(4096));
      console.log(await raiseOpenFileLimit(4096));
      await run();
    `;
    const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", script] }).output();
    assertEquals(new TextDecoder().decode(stdout), "512 1000\nundefined\n");
    assertEquals(Deno.readTextFileSync(plan.paths.out), "256\n256\n");
  },
);
