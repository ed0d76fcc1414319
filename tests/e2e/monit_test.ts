import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { testNeeding } from "../test_needing.ts";
import { isRunning, Tsm, tsmCommand, until } from "./harness.ts";
import { Terminal } from "./terminal.ts";

/** The pid of the monit that runs in a terminal of the test. */
function monitPid(tsm: Tsm): Promise<number> {
  return until("monit's pid", () => {
    for (const { name } of Deno.readDirSync("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      try {
        const words = Deno.readTextFileSync(`/proc/${name}/cmdline`).split("\0");
        const environment = Deno.readTextFileSync(`/proc/${name}/environ`);
        const isOurs = environment.includes(`TSM_ROOT=${tsm.root}\0`);
        if (isOurs && words.at(-2) === "monit") return Number(name);
      } catch {
        // It has ended.
      }
    }
    return undefined;
  });
}

/** The terminal is the shell's again: its modes are the usual ones, and what it showed is back. */
async function assertRestored(terminal: Terminal): Promise<void> {
  // What is typed before monit has ended is still its own.
  await terminal.shows(/^ready> *$/m);
  await terminal.enter("clear; stty -a | grep -ow -e '-*icanon' -e '-*echo' | xargs echo modes");
  await terminal.shows(/^modes (echo icanon|icanon echo)$/m);
}

Deno.test("without a terminal monit prints one frame and ends", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "echo hello from the log; sleep 1000", "--name", "api");
  await until("its output", () => tsm.read("runtime/processes/api/current.out") !== "");
  const text = await tsm.ok("monit");
  assertMatch(text, /^tsm monit .* load /);
  assertMatch(text, /^▶● +1 api .* online /m);
  assertStringIncludes(text, "hello from the log\n");
  assert(!text.includes("\x1b"));
  const value = JSON.parse(await tsm.ok("monit", "--json"));
  assertEquals([value.supervised, value.processes[0].name], [true, "api"]);
  assert(value.processes[0].mem > 0 && value.host.memory.total > 0);
  assertStringIncludes(await tsm.fails(64, "monit", "api"), "press / to filter");
});

Deno.test("monit takes the filters of logs, and says that its log is filtered", async () => {
  await using tsm = new Tsm();
  const script =
    "echo INFO up; echo ERROR no disk; echo '    at write'; echo WARN healthz; sleep 1000";
  await tsm.ok("start", script, "--name", "api");
  await until(
    "its output",
    () => tsm.read("runtime/processes/api/current.out").includes("healthz"),
  );
  const log = async (...flags: readonly string[]) =>
    (await tsm.ok("monit", ...flags)).replace(/^[^]*── /, "");
  assertMatch(await log(), /^log of api ─+\nINFO up\nERROR/);
  assertMatch(
    await log("--level", "warn", "--exclude", "healthz"),
    /^log of api, filtered ─+\nERROR no disk\n {4}at write\n$/,
  );
  assertMatch(await log("--grep", "info", "-i"), /^log of api, filtered ─+\nINFO up\n$/);
  assertStringIncludes(await tsm.fails(64, "monit", "--level", "loud"), "--level takes");
});

Deno.test("without processes, or without a supervisor, monit shows that", async () => {
  await using tsm = new Tsm();
  assertMatch(await tsm.ok("monit"), /no supervisor[^]*No processes\. Start one:/);
  await tsm.ok("start", "sleep 1000", "--name", "x");
  await tsm.killSupervisor();
  const { pid } = (await tsm.list())["x"]!;
  Deno.kill(pid!, "SIGKILL");
  await until("its end", () => !isRunning(pid!));
  assertMatch(await tsm.ok("monit"), /† 1 dead/);
});

for (const [columns, rows] of [[80, 24], [200, 60], [40, 12]] as const) {
  testNeeding(
    ["tmux"],
    `monit on a terminal of ${columns}×${rows}: keys do what the help says`,
    async () => {
      await using tsm = new Tsm();
      await tsm.ok("start", "echo first; while read -r line; do :; done; sleep 1000", "-n", "api");
      await tsm.ok("start", "echo 'from 漢字 🚀'; sleep 1000", "-n", "web");
      await using terminal = await Terminal.openShell(tsm, columns, rows);
      await terminal.enter("tsm monit");
      const first = await terminal.shows(/^▶● +1 api[^]*log of api[^]*^first$/m, rows);
      assert(first.split("\n").every((text) => text.length <= columns));
      await terminal.press("j");
      await terminal.shows(/^▶● +2 web[^]*log of web[^]*^from 漢字 🚀$/m);
      // What is written is seen without a key.
      Deno.writeTextFileSync(tsm.path("runtime/processes/web/current.out"), "later\n", {
        append: true,
      });
      await terminal.shows(/^later$/m);
      await terminal.press("?");
      await terminal.shows(/── keys/);
      await terminal.press("q");
      await terminal.press("d");
      await terminal.shows(/── describe web[^]*status +online/);
      await terminal.press("d");
      await terminal.press("l");
      // In the place of the table's header: it has the whole screen.
      await terminal.shows(/^.*\n.*\n── log of web ─+\n(from|later)/);
      await terminal.press("Escape");
      await terminal.shows(/CPU%/);
      await terminal.press("n");
      await terminal.shows(/by name/);
      await terminal.press("n");
      await terminal.press("/", "a", "p", "Enter");
      await terminal.shows(/by id, \/ap\n.*\n▶● +1 api.*\n── log of api/);
      const { pid } = (await tsm.list())["api"]!;
      await terminal.press("r");
      await terminal.shows(/Restarted api/);
      assert((await tsm.list())["api"]!.pid !== pid);
      await terminal.press("s");
      await terminal.shows(/Stop api\?/);
      await terminal.press("x");
      await terminal.shows(/api is not stopped/);
      assertEquals((await tsm.list())["api"]!.status, "online");
      await terminal.press("s", "k");
      await terminal.shows(/Stopped api[^]*/);
      await terminal.shows(/^▶○ +1 api/m);
      await terminal.press("Escape");
      await terminal.press("j", "s", "y");
      await terminal.shows(/Stopped and removed web/);
      assertEquals(Object.keys(await tsm.list()), ["api"]);
      await terminal.press("q");
      await assertRestored(terminal);
    },
  );
}

testNeeding(["tmux"], "monit is drawn anew when the terminal is resized", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "-n", "api", "--port", "4711");
  await using terminal = await Terminal.openShell(tsm, 120, 30);
  await terminal.enter("tsm monit");
  await terminal.shows(/Port Command/);
  await terminal.resize(40, 12);
  await terminal.shows(/CPU% Memory Rst +Up$/m, 12);
  await terminal.resize(200, 60);
  await terminal.shows(/4711 sleep 1000/);
  await terminal.press("q");
  await assertRestored(terminal);
});

testNeeding(
  ["tmux"],
  "Ctrl-Z gives the terminal back, fg takes it again, whichever way it was stopped",
  async () => {
    await using tsm = new Tsm();
    await tsm.ok("start", "sleep 1000", "-n", "api");
    await using terminal = await Terminal.openShell(tsm, 80, 24);
    await terminal.enter("tsm monit");
    await terminal.shows(/^▶● +1 api/m);
    await terminal.press("C-z");
    await terminal.shows(/Stopped/);
    await assertRestored(terminal);
    await terminal.enter("fg");
    await terminal.shows(/^▶● +1 api/m);
    // Keys come at once again, unechoed.
    await terminal.press("?");
    await terminal.shows(/── keys/);
    await terminal.press("q");
    await terminal.shows(/CPU%/);
    const pid = await monitPid(tsm);
    Deno.kill(pid, "SIGTSTP");
    await terminal.shows(/Stopped/);
    await assertRestored(terminal);
    await terminal.enter("fg");
    await terminal.shows(/^▶● +1 api/m);
    await terminal.press("q");
    await assertRestored(terminal);
  },
);

testNeeding(["tmux"], "Ctrl-Z where no shell could continue it only says so", async () => {
  await using tsm = new Tsm();
  await using terminal = await Terminal.openShell(tsm, 80, 24);
  const words = tsmCommand().map((word) => `'${word}'`).join(" ");
  await terminal.enter(`exec ${words} monit`);
  await terminal.shows(/No processes/);
  await terminal.press("C-z");
  await terminal.shows(/Cannot suspend: no shell/);
  await terminal.press("?");
  await terminal.shows(/── keys/);
});

for (const [signal, code] of [["SIGTERM", 143], ["SIGHUP", 129], ["SIGINT", 130]] as const) {
  testNeeding(["tmux"], `${signal} ends monit, and leaves the terminal as it was`, async () => {
    await using tsm = new Tsm();
    await using terminal = await Terminal.openShell(tsm, 80, 24);
    await terminal.enter("tsm monit; echo code $?");
    await terminal.shows(/No processes/);
    Deno.kill(await monitPid(tsm), signal);
    await terminal.shows(new RegExp(`^code ${code}$`, "m"));
    await assertRestored(terminal);
  });
}

testNeeding(["tmux"], "an error that nobody catches leaves the terminal as it was", async () => {
  await using tsm = new Tsm();
  const module = new URL("../../src/cli/monit/terminal.ts", import.meta.url);
  const crash = tsm.write(
    "crash.ts",
    `import { Terminal } from "${module}";
       Terminal.open({ redraw() {} });
       console.log("on the other screen");
       setTimeout(() => { throw new Error("crashed on purpose"); }, 300);`,
  );
  await using terminal = await Terminal.openShell(tsm, 80, 24);
  const config = new URL("../../deno.json", import.meta.url).pathname;
  await terminal.enter(`'${Deno.execPath()}' run -A -c '${config}' ${crash}; echo code $?`);
  await terminal.shows(/crashed on purpose[^]*^code 1$/m);
  await assertRestored(terminal);
});
