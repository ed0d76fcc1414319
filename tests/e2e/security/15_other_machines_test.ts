import { assertEquals, assertStringIncludes } from "@std/assert";
import { testNeeding } from "../../test_needing.ts";
import { Tsm } from "../harness.ts";
import { Machines, SSH } from "../ssh_machines.ts";

/** Words that a shell would take for something else. */
const HOSTILE = [
  "a; touch x",
  "$(touch x)",
  "`touch x`",
  "a\ntouch x",
  "it's \\ \"quoted\" !! \\' %s ~ *",
  "",
  "a & touch x",
  "-- touch x",
  "> x",
  "{a,b}",
  "ä€\u{1f600}",
];

for (const shell of ["sh", "bash", "fish"]) {
  testNeeding(
    [...SSH, shell],
    `no word is evaluated on its way, where the login shell is ${shell}`,
    async () => {
      await using here = new Tsm();
      await using machines = await Machines.open(here);
      // It prints its words, each ended by two bytes that no word has.
      const tsm = `#!/bin/sh
[ "$1" = --version ] && { echo 'tsm 0.0.9'; exit; }
cd "$(dirname "$0")"
printf '%s<>' "$@" >words
`;
      const there = await machines.add("there", {
        tsm,
        sshd: `ForceCommand cd ${here.work} && exec ${shell} -c "$SSH_ORIGINAL_COMMAND"`,
      });
      const { code, stderr } = await here.run(["--host", "there", "stop", "--", ...HOSTILE], {
        env: machines.env,
      });
      assertEquals(code, 0, stderr);
      const words = (await Deno.readTextFile(`${there.work}/bin/words`)).split("<>");
      assertEquals(words, ["stop", "--", ...HOSTILE, ""]);
      assertEquals([...Deno.readDirSync(here.work)].some(({ name }) => name === "x"), false);
      assertEquals([...Deno.readDirSync(there.work)].some(({ name }) => name === "x"), false);
    },
  );
}

/** All that may be left of escape sequences. */
const COLORS = new RegExp(`${"\x1b"}\\[[0-9;:]{0,64}m`, "g");

testNeeding(SSH, "a hostile machine writes nothing but text to the terminal", async () => {
  await using here = new Tsm();
  await using machines = await Machines.open(here);
  const evil = String.raw`\033]0;title\007\033[2J\r\302\233\342\200\256`;
  const value = String.raw`\\u001b]0;title\\u0007\\nweb2  1 forged`;
  await machines.add("evil", {
    tsm: `#!/bin/sh
case $1 in
--version) printf 'tsm 9.9.9\\033[2J\\n' ;;
ls) printf '[{ "tsm_id": 1, "name": "api", "pid": 1, "command": "${value}", "cwd": "${value}", '
  printf '"status": "online", "host": "web2", "last_run": { "exit_signal": "${value}" } },'
  printf '{ "name": "${value}" }, 7, null, {"__proto__": {"host": "x"}}]\\n' ;;
logs) printf '{"time": 1e300, "name": "${value}", "line": "${value}"}\\n'
  printf '{"time": 1, "name": "${value}", "line": "${value}"}\\n${evil}\\n' ;;
events) printf '{"time": 1, "name": "${value}", "event": "${value}"}\\n${evil}\\n' ;;
*) printf '${evil}\\n'; printf '${evil}\\n' >&2 ;;
esac
`,
  });
  for (
    const args of [
      ["ls"],
      ["ls", "-l"],
      ["ls", "--json"],
      ["logs", "--no-follow"],
      ["logs", "--no-follow", "--json"],
      ["events"],
      ["describe", "api"],
      ["describe", "api", "--json"],
      ["restart", "api"],
    ]
  ) {
    const { stdout, stderr } = await here.run(["--host", "evil", ...args], {
      env: { ...machines.env, FORCE_COLOR: "1" },
    });
    const shown = stdout + stderr;
    const rest = shown.replace(COLORS, "");
    assertEquals(/[^\P{C}\n]/u.exec(rest), null, `${args.join(" ")}: ${JSON.stringify(rest)}`);
    assertEquals(/^web2/m.exec(rest), null, `${args.join(" ")}: ${rest}`);
  }
});

Deno.test("what is no name of a machine is refused before anything is run", async () => {
  await using here = new Tsm();
  here.write("ssh", `#!/bin/sh\ntouch ${here.work}/called\n`, 0o755);
  const env = { PATH: `${here.work}:${Deno.env.get("PATH")}` };
  const wrong = [
    "",
    "-oProxyCommand=touch x",
    "a@-oProxyCommand=x",
    "web 1",
    "web\n1",
    "web\u001b[2J",
    "web;touch",
    "$(touch)",
    "`touch`",
  ];
  for (const host of wrong) {
    const given = host === "" ? ["--host", host] : [`--host=${host}`];
    const { code, stderr } = await here.run([...given, "ls"], { env });
    assertEquals(code, 64, `${host}: ${stderr}`);
    assertStringIncludes(stderr, "Cannot reach the machine");
  }
  const listed = await here.run(["ls"], { env: { ...env, TSM_HOSTS: "web1 -oProxyCommand=x" } });
  assertEquals(listed.code, 64);
  for (
    const [args, what] of [
      [["--host", "a", "monit"], "ssh -t a tsm monit"],
      [["--host", "a", "attach", "api"], "ssh -t a tsm attach"],
      [["--host", "a", "completion", "bash"], "leave --host out"],
      [["--host", "a", "logs", "--raw"], "--raw"],
      [["--host", "a", "report", "--html"], "one document"],
      [["--host", "a", "ls", "--columns", "nope"], "'nope'"],
      [["--host", "a", "restart", "--nope"], "--nope"],
      [["ls", "--host", "a"], "tsm --host HOST ls"],
    ] as const
  ) {
    const { code, stderr } = await here.run(args, { env });
    assertEquals(code, 64, `${args.join(" ")}: ${stderr}`);
    assertStringIncludes(stderr, what);
  }
  assertEquals([...Deno.readDirSync(here.work)].map(({ name }) => name), ["ssh"]);
  const local = await here.run(["completion", "bash"], { env: { ...env, TSM_HOSTS: "web1" } });
  assertEquals(local.code, 0);
  const none = await here.run(["ls"], { env: { ...env, TSM_HOSTS: " , " } });
  assertEquals(none.code, 0, none.stderr);
});
