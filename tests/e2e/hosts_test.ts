import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { testNeeding } from "../test_needing.ts";
import { isRunning, Tsm, until } from "./harness.ts";
import { Machines, SSH, testedTsm } from "./ssh_machines.ts";

/** A tsm of an older version: it knows little, and writes no field that came later. */
const OLDER = `#!/bin/sh
[ "$1" = --version ] && { echo 'tsm 0.0.9 (Deno 2.0.0, x86_64-unknown-linux-gnu)'; exit; }
[ "$*" = 'ls --json --timeout 8s' ] || { echo "tsm: Cannot run: there is no flag $*" >&2; exit 64; }
echo '[{ "tsm_id": 1, "name": "old-5000", "pid": 77, "command": "old", "cwd": "/", "port": 5000,'
echo '  "status": "online", "start_time": '$(($(date +%s) - 7200))', "restarts": 3 }]'
`;

const SLEEPING = `#!/bin/sh
[ "$1" = --version ] && { echo 'tsm 0.0.9'; exit; }
exec sleep 600
`;

testNeeding(
  SSH,
  "ls shows the processes of all machines that answer, and one line for each that does not",
  async () => {
    await using here = new Tsm();
    await using machines = await Machines.open(here);
    const web1 = await machines.add("web1");
    await web1.ok("start", "sleep 1000", "--name", "api");
    await machines.add("old", { tsm: OLDER });
    await machines.add("bare", { tsm: null });
    await machines.add("asleep", { tsm: SLEEPING });
    machines.addMute("mute");
    machines.addAbsent("gone");
    const hosts = ["web1", "old", "bare", "asleep", "mute", "gone"].flatMap((host) => [
      "--host",
      host,
    ]);

    const { code, stdout, stderr } = await here.run([...hosts, "ls", "--timeout", "8s"], {
      env: machines.env,
    });
    assertEquals(code, 1, stderr);
    const [header, , first, second, ...others] = stdout.trimEnd().split("\n");
    assertMatch(header!, /^Host\s+ID\s+Name\s+PID\s+Port\s+Status\s+Uptime\s+Restarts$/);
    assertMatch(first!, /^web1\s+1\s+api\s+\d+\s+-\s+online\s+\d+[sm]\s+0$/);
    assertMatch(second!, /^old\s+1\s+old-5000\s+77\s+5000\s+online\s+2h\s+3$/);
    assertEquals(others, []);
    for (
      const line of [
        /^tsm: waiting for .*mute/m,
        /^tsm: old has tsm 0\.0\.9, this is .*: what it does not know is missing or refused$/m,
        /^tsm: bare has no tsm for a command over ssh: install tsm there, .*TSM_REMOTE=/m,
        /^tsm: asleep did not end within 13s/m,
        /^tsm: mute does not answer: nothing came within 8s$/m,
        /^tsm: gone does not answer: .*Connection refused/m,
      ]
    ) assertMatch(stderr, line);
  },
);

testNeeding(SSH, "data of all machines is one list, each object with its host", async () => {
  await using here = new Tsm();
  await using machines = await Machines.open(here);
  const web1 = await machines.add("web1");
  const web2 = await machines.add("web2");
  await web1.ok("start", "sleep 1000", "--name", "api");
  await web2.ok("start", "sleep 1000", "--name", "api");
  await web2.ok("start", "sleep 1000", "--name", "worker");
  const env = { ...machines.env, TSM_HOSTS: "web1, web2" };
  const read = async (...args: string[]) => {
    const { code, stdout, stderr } = await here.run(args, { env });
    assertEquals(code, 0, stderr);
    return JSON.parse(stdout);
  };
  const named = (items: { host: string; name: string }[]) =>
    items.map(({ host, name }) => `${host} ${name}`);

  assertEquals(named(await read("ls", "--json")), ["web1 api", "web2 api", "web2 worker"]);
  assertEquals(named(await read("describe", "api", "--json")), ["web1 api", "web2 api"]);
  const [report] = await read("report", "--json");
  assertEquals(Object.keys(report).slice(0, 2), ["host", "since"]);
  assertEquals(named(await read("restart", "api", "--json")), ["web1 api", "web2 api"]);
  const { stdout } = await here.run(["ls", "--columns", "name", "--no-headers"], { env });
  assertEquals(stdout.split("\n").map((line) => line.split(/ +/)).slice(0, 3), [
    ["web1", "api"],
    ["web2", "api"],
    ["web2", "worker"],
  ]);
});

testNeeding(SSH, "what is done on machines is said with the machine before it", async () => {
  await using here = new Tsm();
  await using machines = await Machines.open(here);
  const web1 = await machines.add("web1");
  const web22 = await machines.add("web22");
  await web1.ok("start", "sleep 1000", "--name", "api");
  const hosts = ["--host", "web1", "--host", "web22"];
  const { code, stdout, stderr } = await here.run([...hosts, "restart", "api"], {
    env: machines.env,
  });
  assertEquals(code, 1);
  assertMatch(stdout, /^web1 {2}\| Restarted api \(id 1, pid \d+\)\n$/);
  assertMatch(stderr, /^web22: tsm: Cannot restart 'api'/m);

  // All of them say the same: that is the exit code.
  const nowhere = await here.run([...hosts, "restart", "nothing"], { env: machines.env });
  assertEquals(nowhere.code, 66, nowhere.stderr);

  const script = web22.write("job.sh", "#!/bin/sh\nexec sleep 1000\n", 0o755);
  const started = await here.run(["--host", "web22", "start", script], { env: machines.env });
  assertEquals(started.code, 0, started.stderr);
  assertMatch(started.stdout, /^web22 \| Started job /);
  assertEquals(Object.keys(await web22.list()), ["job"]);

  // A file that is here is not copied.
  here.write("tsm.jsonc", `{ "processes": {} }`);
  const missing = await here.run(["--host", "web22", "start", "tsm.jsonc"], { env: machines.env });
  assertEquals(missing.code === 0, false);
  assertStringIncludes(missing.stderr, "nothing is copied to other machines: tsm.jsonc");
});

testNeeding(
  SSH,
  "logs of machines are merged by their times, and followed until nobody reads",
  async () => {
    await using here = new Tsm();
    await using machines = await Machines.open(here);
    const web1 = await machines.add("web1");
    const web2 = await machines.add("web2");
    const say = (text: string) => `echo ${text}; while read line; do echo got $line; done`;
    await web1.ok("start", say("first"), "--name", "api");
    await until(
      "the first line",
      async () => (await web1.ok("logs", "api", "--no-follow")).includes("first"),
    );
    await web2.ok("start", say("second"), "--name", "api");
    await until(
      "the second line",
      async () => (await web2.ok("logs", "api", "--no-follow")).includes("second"),
    );
    const hosts = ["--host", "web2", "--host", "web1"];
    const { stdout } = await here.run([...hosts, "logs", "--no-follow"], { env: machines.env });
    assertEquals(stdout, "web1 api | first\nweb2 api | second\n");

    const events = await here.run([...hosts, "events", "--type", "start"], { env: machines.env });
    // Of the same second, as their times may be.
    const lines = events.stdout.trimEnd().split("\n").toSorted();
    assertMatch(lines.join("\n"), /^web1 {2}\S+ \S+ {2}start +api\nweb2 {2}\S+ \S+ {2}start +api$/);

    assertEquals(followers(web1, "logs"), 0);
    const following = here.command([...hosts, "logs", "-f", "--json"], { env: machines.env })
      .spawn();
    const reader = following.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    const shows = async (what: string) => {
      while (!text.includes(what)) {
        const { value, done } = await reader.read();
        assert(!done, `ended before ${what}: ${text}`);
        text += value;
      }
    };
    await shows("second");
    await web1.ok("send", "api", "ping");
    await shows("got ping");
    const line = text.split("\n").find((line) => line.includes("got ping"))!;
    assertEquals({ ...JSON.parse(line), time: 0 }, {
      host: "web1",
      time: 0,
      name: "api",
      stream: "out",
      line: "got ping",
    });
    await reader.cancel();
    await following.status;
    await following.stderr.cancel();
    assertEquals(isRunning(following.pid), false);
    await until("the end of the follower there", () => followers(web1, "logs") === 0);
  },
);

testNeeding(SSH, "events of machines are followed, until nobody reads", async () => {
  await using here = new Tsm();
  await using machines = await Machines.open(here);
  const web1 = await machines.add("web1");
  await web1.ok("start", "sleep 1000", "--name", "api");
  const following = here.command(["--host", "web1", "events", "-f"], { env: machines.env })
    .spawn();
  const reader = following.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const shows = async (what: RegExp) => {
    while (!what.test(text)) {
      const { value, done } = await reader.read();
      assert(!done, `ended before ${what}: ${text}`);
      text += value;
    }
  };
  await shows(/^web1 {2}\S+ \S+ {2}online +api$/m);
  assert(followers(web1, "events") > 0);
  await web1.ok("restart", "api");
  await shows(/^web1 {2}\S+ \S+ {2}restart +api$/m);
  await reader.cancel();
  await following.status;
  await following.stderr.cancel();
  await until("the end of the follower there", () => followers(web1, "events") === 0);
});

/** How many commands of this name run in the root of a machine. */
function followers({ root }: Tsm, command: string): number {
  return [...Deno.readDirSync("/proc")].filter(({ name }) => {
    try {
      const words = Deno.readTextFileSync(`/proc/${name}/cmdline`);
      const environment = Deno.readTextFileSync(`/proc/${name}/environ`);
      return words.includes(`\0${command}\0`) && environment.includes(`TSM_ROOT=${root}\0`);
    } catch {
      return false;
    }
  }).length;
}

testNeeding(SSH, "a machine's profile may print what it likes, and set TSM_HOSTS", async () => {
  await using here = new Tsm();
  await using machines = await Machines.open(here);
  const there = await machines.add("there", {
    sshd:
      `ForceCommand echo welcome; printf '[{"name":'; TSM_HOSTS=there exec $SSH_ORIGINAL_COMMAND`,
  });
  await there.ok("start", "sleep 1000", "--name", "api");
  const { code, stdout, stderr } = await here.run(["--host", "there", "ls", "--json"], {
    env: machines.env,
  });
  assertEquals(code, 0, stderr);
  assertEquals(JSON.parse(stdout).map(({ name }: { name: string }) => name), ["api"]);
});

testNeeding(SSH, "TSM_REMOTE names tsm there, also below the home directory", async () => {
  await using here = new Tsm();
  await using machines = await Machines.open(here);
  const there = await machines.add("there", { tsm: null });
  await Deno.mkdir(`${there.work}/own tools`);
  const path = there.write("own tools/tsm", testedTsm(), 0o755);
  const run = (TSM_REMOTE: string) =>
    here.run(["--host", "there", "--version"], { env: { ...machines.env, TSM_REMOTE } });
  const { code, stdout, stderr } = await run(path);
  assertEquals(code, 0, stderr);
  assertMatch(stdout, /^there \| tsm /);
  const wrong = await run("~/no such/tsm");
  assertEquals(wrong.code, 1);
  assertStringIncludes(wrong.stderr, "there has no ~/no such/tsm");
});
