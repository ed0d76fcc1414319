import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Need, testNeeding } from "../test_needing.ts";
import { Tsm, tsmCommand, until } from "./harness.ts";

const BINARY: Need = {
  absence: "no TSM_BINARY",
  isMet: () => Deno.env.get("TSM_BINARY") !== undefined,
};

testNeeding(
  [BINARY, "python3"],
  "the binary alone, without Node or Deno, runs sh and python3 programs",
  async () => {
    await using tsm = new Tsm();
    const binary = `${tsm.work}/alone/tsm`;
    Deno.mkdirSync(`${tsm.work}/alone`);
    // Another program copies it: a child that another file is spawning would hold our copy open
    // for writing, and what is being written is not executed.
    const copied = await new Deno.Command("cp", { args: [tsmCommand()[0]!, binary] }).output();
    assert(copied.success);
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await new Deno.Command(binary, {
        args,
        cwd: `${tsm.work}/alone`,
        env: { PATH: "/usr/bin:/bin", TSM_ROOT: tsm.root },
        clearEnv: true,
        stdin: "null",
      }).output();
      assert(code === 0, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout);
    };
    const python =
      "import time\nwhile True:\n    print('tick', flush=True)\n    time.sleep(0.05)\n";
    Deno.writeTextFileSync(`${tsm.work}/alone/clock.py`, python);
    Deno.writeTextFileSync(`${tsm.work}/alone/loop.sh`, "echo begun; exec sleep 1000\n");
    await run("start", "clock.py");
    await run("start", "loop.sh");
    assertMatch(await run("ls"), / clock +\d+ +- +online [^]* loop +\d+ +- +online /);
    await until(
      "its output",
      async () => (await run("logs", "loop", "--no-follow")) === "begun\n",
    );

    const follower = new Deno.Command(binary, {
      args: ["logs", "clock", "--lines", "0"],
      env: { TSM_ROOT: tsm.root },
      stdin: "null",
      stdout: "piped",
    }).spawn();
    const reader = follower.stdout.getReader();
    assertStringIncludes(new TextDecoder().decode((await reader.read()).value), "tick\n");
    follower.kill("SIGTERM");
    await reader.cancel();
    await follower.status;

    assertMatch(await run("restart", "all"), /^Restarted clock .*\nRestarted loop /);
    await until(
      "the second run's output",
      async () => (await run("logs", "loop", "--no-follow")) === "begun\nbegun\n",
    );
    assertMatch(await run("stop", "all"), /Stopped and removed clock\nStopped and removed loop\n/);
    await run("shutdown");
  },
);

testNeeding(
  [BINARY],
  "the limit of open files is raised for the instances of an app, not for the square of them",
  async () => {
    await using tsm = new Tsm();
    await tsm.ok("start", "sleep 1000", "--name", "web", "--instances", "30");
    const limits = Deno.readTextFileSync(`/proc/${tsm.supervisorPid()}/limits`);
    const [, soft] = limits.match(/^Max open files +(\d+)/m)!;
    assertEquals(soft, "1024");
  },
);
