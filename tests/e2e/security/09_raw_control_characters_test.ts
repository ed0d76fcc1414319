import { assert, assertEquals } from "@std/assert";
import { freePort, isRunning, Tsm, tsmCommand, until } from "../harness.ts";

/** Sets a title, erases the screen, goes up, turns text around, and the same with one byte. */
const HOSTILE = "\x1b]0;owned\x07\x1b[2J\x1b[1A\u202etxt.exe\u2066\u200f\x9b2J\x9dx\x9c";
/** Anything of it that a terminal obeys; `\r` and `\n` are of the terminal's own making. */
const OBEYED = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

const TERMINAL = "import pty, sys\nsys.exit(pty.spawn(sys.argv[1:]) >> 8)";

/** Runs a command with all three streams on a terminal; gives the bytes that gets. */
async function onTerminal(tsm: Tsm, args: readonly string[]): Promise<string> {
  const { code, stdout } = await new Deno.Command("python3", {
    args: ["-c", TERMINAL, "timeout", "-k", "1", "300", ...tsmCommand(), ...args],
    cwd: tsm.work,
    env: { TSM_ROOT: tsm.root, NO_COLOR: "1", TERM: "xterm" },
    stdin: "null",
  }).output();
  assert(code !== 124 && code !== 137, `${args.join(" ")} does not end`);
  return new TextDecoder().decode(stdout);
}

async function assertHarmless(tsm: Tsm, args: readonly string[]): Promise<void> {
  const shown = await onTerminal(tsm, args);
  assert(shown !== "", `${args.join(" ")} prints nothing`);
  const found = OBEYED.exec(shown);
  assertEquals(
    found && JSON.stringify(shown.slice(found.index - 40, found.index + 40)),
    null,
    args[0],
  );
}

/** A root in which everything that may hold text of others holds {@linkcode HOSTILE}. */
async function hostileRoot(): Promise<Tsm> {
  const tsm = new Tsm();
  const directory = `${tsm.work}/${HOSTILE.replaceAll("/", "")}`;
  Deno.mkdirSync(directory);
  const write = "printf '%s\\n' \"$X\"; printf '%s\\n' \"$X\" >&2";
  await tsm.ok(
    ...["start", `: '${HOSTILE}'; ${write}; exec sleep 1000`, "--name", "x"],
    ...["--env", `X=${HOSTILE}`, "--cwd", directory, "--namespace", "ns"],
  );
  await tsm.run(["start", `${write}; exit 3`, "--name", "dies", "--env", `X=${HOSTILE}`]);
  await until("its words", () => tsm.read("runtime/processes/x/current.err").includes("owned"));
  Deno.mkdirSync(tsm.path("runtime/processes", HOSTILE.replaceAll("/", "")));
  tsm.write("tsm.jsonc", JSON.stringify({ apps: [{ name: HOSTILE, [HOSTILE]: HOSTILE }] }));
  return tsm;
}

/** What shows something, with hostile words where it takes words. */
const COMMANDS: readonly (readonly string[])[] = [
  [],
  ["ls"],
  ["ls", "-l"],
  ["ls", "--json"],
  ["describe", "x"],
  ["describe", "x", "--json"],
  ["describe", "dies"],
  ["env", "x"],
  ["env", "x", "--json"],
  ["logs", "x", "--no-follow"],
  ["logs", "x", "dies", "--no-follow", "--time"],
  ["history", "x"],
  ["history", "dies", "--json"],
  ["events"],
  ["metrics"],
  ["report"],
  ["doctor"],
  ["restart", "x"],
  ["restart", "x", "--json"],
  ["reset", "x"],
  ["flush", "x"],
  ["signal", "CONT", "x"],
  ["save"],
  ["get"],
  ["scale", "x", "1"],
  ["patrol", "--dry-run"],
  ["ping"],
  ["start", "sh -c 'printf %s \"$X\" >&2; exit 1'", "--env", `X=${HOSTILE}`, "--wait", "3s"],
  ["start", HOSTILE],
  ["start", "sleep 9", "--name", HOSTILE],
  ["start", "sleep 9", "--cwd", `/${HOSTILE}`],
  ["start", "sleep 9", "--env-file", `/${HOSTILE}`],
  ["start", "sleep 9", "--user", HOSTILE],
  ["start", "sleep 9", "--env", HOSTILE],
  ["start", "sleep 9", `--${HOSTILE}`],
  ["start", "tsm.jsonc"],
  ["validate", "tsm.jsonc"],
  ["export", "systemd", "tsm.jsonc"],
  ["export", "compose", "tsm.jsonc", "--image", HOSTILE],
  ["export", "kubernetes", "--running"],
  ["export", HOSTILE],
  ["apply", "tsm.jsonc"],
  ["apply", "--dry-run", HOSTILE],
  ["import", "pm2", HOSTILE],
  ["run", HOSTILE],
  ["set", HOSTILE, HOSTILE],
  ["set", "retention.days", HOSTILE],
  ["startup", HOSTILE],
  ["startup", "systemd", "--root", `/${HOSTILE}`],
  ["completion", HOSTILE],
  ["help", HOSTILE],
  ["schema", HOSTILE],
  ["signal", HOSTILE, "x"],
  [HOSTILE],
  ...["stop", "restart", "reload", "describe", "logs", "env", "history", "flush", "reset", "delete"]
    .map((command) => [command, HOSTILE]),
  // None that would make that root and start a supervisor there.
  ...["ls", "ping", "doctor"].map((command) => [command, "--root", `/${HOSTILE}`]),
];

Deno.test("whatever a text of others holds, no command has the terminal obey it", async () => {
  await using tsm = await hostileRoot();
  const waiting = [...COMMANDS];
  const worker = async () => {
    for (let args = waiting.shift(); args !== undefined; args = waiting.shift()) {
      await assertHarmless(tsm, args);
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  await assertHarmless(tsm, ["stop", "dies"]);
  await assertHarmless(tsm, ["shutdown"]);
});

Deno.test("patrol shows names and programs of others without obeying them", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "sleep 1000", "--name", "x");
  // Its name for the kernel comes from its file, and is cut to 15 bytes.
  const program = `${tsm.work}/\x1b]0;own\x07\x1b[2J`;
  Deno.copyFileSync("/bin/sleep", program);
  const orphan = new Deno.Command(program, {
    args: ["1000"],
    env: { TSM_ROOT: tsm.root, TSM_NAME: HOSTILE },
  }).spawn();
  try {
    await assertHarmless(tsm, ["patrol"]);
    await assertHarmless(tsm, ["patrol", "--dry-run"]);
    await assertHarmless(tsm, ["patrol", "--kill-orphans"]);
  } finally {
    if (isRunning(orphan.pid)) orphan.kill("SIGKILL");
    await orphan.status;
  }
  const log = tsm.read("runtime", "supervisor.log");
  assertEquals(OBEYED.exec(log), null, "a log is looked at with cat");
});

Deno.test("who holds a port is shown without obeying it", async () => {
  await using tsm = new Tsm();
  const port = freePort();
  const script = "import socket, sys, time\ns = socket.socket()\n" +
    "s.bind(('127.0.0.1', int(sys.argv[1])))\ns.listen()\nprint(flush=True)\ntime.sleep(1000)\n";
  const holder = new Deno.Command("python3", {
    args: ["-c", script, String(port), HOSTILE],
    stdout: "piped",
  }).spawn();
  const said = holder.stdout.getReader();
  await said.read();
  try {
    await assertHarmless(tsm, ["doctor", "port", String(port)]);
    await assertHarmless(tsm, ["start", "sleep 9", "--port", String(port)]);
  } finally {
    holder.kill("SIGKILL");
    await said.cancel();
    await holder.status;
  }
});

Deno.test("the live screen shows no text of others that a terminal obeys", async () => {
  await using tsm = await hostileRoot();
  const shown = await onTerminal(tsm, ["monit", "--json"]);
  assertEquals(OBEYED.exec(shown), null);
});

Deno.test("what --json and a pipe give is the same data as before", async () => {
  await using tsm = await hostileRoot();
  assertEquals(JSON.parse(await tsm.ok("env", "x", "--json"))["X"], HOSTILE);
  const lines = await tsm.ok("env", "x");
  assert(lines.includes(`\nX=${HOSTILE}\n`));
});
