import { assert, assertEquals, assertMatch, assertNotMatch, assertRejects } from "@std/assert";
import { exportTo } from "../../../src/export/formats/formats.ts";
import { makeProject } from "../../../src/export/project.ts";
import { FORMATS } from "../../../src/export/rule.ts";
import { type Sample, sampleApp } from "../sample_app.ts";

async function units(samples: readonly Sample[], systemd: number | undefined = 254) {
  const project = makeProject(samples.map(sampleApp));
  const options = { dir: "/srv/shop", images: new Map(), systemd, owner: "root" };
  const { files, losses } = await exportTo("systemd", project, options);
  const texts = Object.fromEntries(files.map(({ name, text }) => [name, text]));
  return { texts, told: losses.map(({ what, why }) => `${what}: ${why}`) };
}

Deno.test("a back-off that grows is written where systemd has it, else as a comment, and told", async () => {
  const settings = { exp_backoff: 100 };
  for (const version of [254, undefined]) {
    const { texts, told } = await units([{ settings }], version);
    assertMatch(
      texts["web.service"]!,
      /^RestartSec=100ms\nRestartSteps=13\nRestartMaxDelaySec=15s$/m,
    );
    assertEquals(told, []);
  }
  const { texts, told } = await units([{ settings }], 252);
  assertMatch(
    texts["web.service"]!,
    /^RestartSec=100ms\n# .*252\.\n#RestartSteps=13\n#RestartMax/m,
  );
  assertMatch(told.join("\n"), /exp_backoff: .* takes systemd 254 or newer/);
});

Deno.test("what others await the end of is a oneshot, what they await the health of is checked at its start", async () => {
  const health = {
    type: "command",
    command: "check # comment",
    interval: 1000,
    timeout: 1000,
    retries: 3,
    grace: 0,
  } as const;
  const { texts } = await units([
    { name: "db", settings: { health } },
    { name: "migrate", settings: { autorestart: "never", depends_on: { db: "healthy" } } },
    { name: "web", settings: { depends_on: { db: "healthy", migrate: "exited" } } },
  ]);
  assertMatch(texts["migrate.service"]!, /^Type=oneshot\nRemainAfterExit=yes$/m);
  assertMatch(
    texts["web.service"]!,
    /^Requires=db\.service migrate\.service\nAfter=db\.service mig/m,
  );
  // The comment ends with its line, and the loop goes on in the next one.
  assertMatch(texts["db.service"]!, /ExecStartPost=.*"until\\u000acheck # comment\\u000ado sleep/);
});

Deno.test("0 is no limit of time for systemd, so none is written", async () => {
  const { texts } = await units([{ settings: { kill_timeout: 0, max_restarts: 0 } }]);
  assertMatch(texts["web.service"]!, /^TimeoutStopSec=1ms$/m);
  assertMatch(texts["web.service"]!, /^StartLimitBurst=1$/m);
});

Deno.test("a file that sets what the unit sets prevails, and that is told", async () => {
  const path = await Deno.makeTempFile({ suffix: ".env" });
  try {
    await Deno.writeTextFile(path, "export MODE=file\nOTHER=1\n");
    const { told } = await units([{ env: { MODE: "unit" }, settings: { env_file: path } }]);
    assertEquals(told, [
      "env_file: it sets MODE too, and for systemd a file prevails over the unit",
      "env_file: systemd reads 'export' otherwise than tsm",
    ]);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("a job may run as often as it is due, and the user root has a home", async () => {
  const { texts } = await units([{ settings: { schedule: "* * * * * *" } }]);
  assertMatch(texts["web.service"]!, /^StartLimitIntervalSec=0$/m);
  assertMatch(texts["web.service"]!, /^User=root$/m);
});

Deno.test("a schedule that systemd cannot express makes no timer, and is told", async () => {
  const { texts, told } = await units([{ settings: { schedule: "0 0 15W * *" } }]);
  assertEquals(Object.keys(texts), ["web.service", "tsm-default.target"]);
  assertNotMatch(texts["tsm-default.target"]!, /timer/);
  assertMatch(told.join("\n"), /schedule: '0 0 15W \* \*' cannot be said/);
});

Deno.test("two processes that would have one unit are refused", async () => {
  const cron_restart = "0 3 * * *";
  await assertRejects(
    () => units([{ name: "a", settings: { cron_restart } }, { name: "a-restart" }]),
    Deno.errors.InvalidData,
    "'a-restart.service'; rename one",
  );
});

Deno.test("a unit that would take the place of one of the system's is told", async () => {
  const system = "/usr/lib/systemd/system";
  let name: string | undefined;
  try {
    name = [...Deno.readDirSync(system)].map(({ name }) => name)
      .find((name) => /^[a-z]+\.service$/.test(name))?.replace(".service", "");
  } catch {
    // A machine without systemd has none.
  }
  if (name === undefined) return;
  const { told } = await units([{ name }]);
  assertMatch(told.join("\n"), /name: this machine has a unit of this name/);
});

Deno.test("thousands are exported, each in files of its own", async () => {
  const samples = Array.from({ length: 3000 }, (_, number) => ({
    name: `app-${number}`,
    cwd: `/srv/${number}/app`,
    settings: {
      max_restarts: 1_000_000,
      exp_backoff: 1,
      depends_on: number === 0 ? {} : { [`app-${number - 1}`]: "started" as const },
    },
  }));
  const project = makeProject(samples.map(sampleApp));
  const options = { dir: "/srv", images: new Map(), systemd: 254, owner: "root" };
  for (const format of FORMATS) {
    const { files } = await exportTo(format, project, options);
    // The Dockerfiles are one for each directory.
    assert(files.length >= samples.length, `${format}: ${files.length} files`);
    assertEquals(new Set(files.map(({ name }) => name)).size, files.length);
  }
});
