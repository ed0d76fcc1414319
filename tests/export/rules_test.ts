import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { dirname } from "@std/path/posix";
import { ALL_RULES } from "../../src/export/formats/all_rules.ts";
import type { Exported } from "../../src/export/exported_files.ts";
import { exportTo } from "../../src/export/formats/formats.ts";
import { makeProject } from "../../src/export/project.ts";
import { type Format, FORMATS } from "../../src/export/rule.ts";
import {
  SETTING_KEYS,
  type SettingKey,
  type SpecSettings,
} from "../../src/settings/table/settings_table.ts";
import { sampleApp } from "./sample_app.ts";

/** Settings with which one setting is not its default, and what it takes to matter. */
type Samples = { readonly [K in SettingKey]: readonly [SpecSettings[K], Partial<SpecSettings>?] };

const ENV_FILE = await Deno.makeTempFile({ suffix: ".env" });
await Deno.writeTextFile(ENV_FILE, "HOME_PAGE=${HOST}/index\n");
globalThis.addEventListener("unload", () => Deno.removeSync(ENV_FILE));

const SAMPLES: Samples = {
  interpreter: ["python3"],
  port: [3000],
  app: ["web"],
  instance: [1],
  instances: [3],
  port_increment: [10, { port: 3000, instances: 3 }],
  share_port: [true, { port: 3000, instances: 3 }],
  counters: [{ NODE_APP_INSTANCE: "0" }, { instances: 3 }],
  config: [{ file: "/srv/shop/tsm.jsonc", digest: "x" }],
  namespace: ["back"],
  env_file: [ENV_FILE],
  env_expand: [true, { env_file: ENV_FILE }],
  user: ["deploy"],
  stdin: ["null"],
  shell: ["bash"],
  autorestart: ["on-failure"],
  max_restarts: [5],
  min_uptime: [4000],
  restart_delay: [2500],
  exp_backoff: [150],
  stop_exit_codes: [[0, 143]],
  max_memory: [300 * 1024 ** 2],
  cron_restart: ["0 3 * * *"],
  kill_timeout: [7000],
  stop_signal: ["SIGINT"],
  schedule: ["30 2 * * *"],
  timezone: ["Europe/Berlin", { schedule: "30 2 * * *" }],
  overlap: ["queue", { schedule: "30 2 * * *" }],
  essential: [true],
  log_max_size: [5 * 1024 ** 2],
  log_max_files: [7],
  log_max_age: [86_400_000],
  log_max_total: [1024 ** 3],
  log_rotate: ["daily"],
  log_rotate_on_restart: [true],
  log_pipe: ["logger -t web"],
  log_links: [{ out: "/var/log/web.log", merge: false }],
  freeze: [false],
  depends_on: [{ db: "healthy" }],
  health: [{
    type: "http",
    url: "http://127.0.0.1:3000/health",
    interval: 10_000,
    timeout: 5000,
    retries: 3,
    grace: 0,
  }],
  wait_ready: ["notify"],
  ready_timeout: [45_000, { wait_ready: "port", port: 3000 }],
  watchdog: [20_000],
  watch: [{ paths: ["/srv/shop"], ignore: [], debounce: 200 }],
  priority: [-5],
  hooks: [{ pre_start: "true", timeout: 12_000 }],
  nice: [7],
  nofile: [4096],
  umask: ["027"],
  on: [{ failure: "true" }],
  on_limit: [3, { on: { failure: "true" } }],
  on_timeout: [500, { on: { failure: "true" } }],
};

function exported(format: Format, settings: Partial<SpecSettings>): Promise<Exported> {
  const health = SAMPLES.health[0];
  const project = makeProject([
    sampleApp({ settings, cwd: dirname(ENV_FILE) }),
    sampleApp({ name: "db", cwd: "/srv/db", settings: { health } }),
  ]);
  const options = { dir: "/srv/shop", images: new Map(), systemd: 254, owner: "root" };
  return exportTo(format, project, options);
}

for (const format of FORMATS) {
  Deno.test(`every setting leaves its trace in ${format}, in a file or among what is told`, async () => {
    const silent: string[] = [];
    for (const key of SETTING_KEYS) {
      const [value, around = {}] = SAMPLES[key];
      const rule = ALL_RULES[format][key];
      // What says nothing to others, and the words of a command, which the whole has.
      if ("moot" in rule || key === "interpreter" || key === "shell") continue;
      const before = await exported(format, around);
      const after = await exported(format, { ...around, [key]: value });
      const hasTrace = JSON.stringify(before.files) !== JSON.stringify(after.files);
      const isTold = after.losses.some(({ app, what }) => app === "web" && what === key) ||
        JSON.stringify(before.losses) !== JSON.stringify(after.losses);
      if (!hasTrace && !isTold) silent.push(key);
      if ("lost" in rule) {
        assert(isTold, `${key} has no counterpart, and nobody is told`);
        assertNotEquals(before.files, after.files, `${key} has no comment at the place`);
      }
    }
    assertEquals(silent, []);
  });
}

Deno.test("what is told stands in the file as well, at the app it is about", async () => {
  const settings = { priority: 3, log_pipe: "logger" };
  for (const format of ["systemd", "compose", "kubernetes"] as const) {
    const { files, losses } = await exported(format, settings);
    const text = files.map(({ text }) => text).join("\n");
    for (const { what, why } of losses) {
      if (what === "image" || what === "command") continue;
      assertStringIncludes(text, `# Not carried over: ${what}: ${why}.`);
    }
  }
});
