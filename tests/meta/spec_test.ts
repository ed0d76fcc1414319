import { assertEquals, assertThrows } from "@std/assert";
import {
  changedSettings,
  checkSpec,
  formatSpec,
  parseSpec,
  readSpec,
  writeSpec,
} from "../../src/meta/spec.ts";
import { SETTING_KEYS, SETTINGS, SPEC_DEFAULTS } from "../../src/settings/table/settings_table.ts";
import { sampleOf } from "../settings/sample_value.ts";
import { TemporaryRoot } from "../temporary_root.ts";

const PLAIN = { command: "node server.js", argv: ["node", "server.js"], cwd: "/srv" };

Deno.test("a spec with nothing special is written without its defaults", () => {
  const spec = checkSpec(PLAIN);
  assertEquals(spec, { ...PLAIN, ...SPEC_DEFAULTS });
  assertEquals(changedSettings(spec), {});
  assertEquals(
    formatSpec(spec),
    `{
  "command": "node server.js",
  "argv": [
    "node",
    "server.js"
  ],
  "cwd": "/srv"
}
`,
  );
});

Deno.test("only what differs from the defaults is written, and all comes back", () => {
  const spec = checkSpec({
    ...PLAIN,
    port: 3000,
    autorestart: "on-failure",
    stop_exit_codes: [0, 3],
    kill_timeout: 5000,
  });
  assertEquals(JSON.parse(formatSpec(spec)), {
    ...PLAIN,
    port: 3000,
    autorestart: "on-failure",
    stop_exit_codes: [0, 3],
  });
  assertEquals(parseSpec(formatSpec(spec)), spec);
});

Deno.test("every setting survives writing and reading", () => {
  const spec = checkSpec({
    command: "x",
    argv: ["x", "", "a b", "ä\n'\"$x"],
    cwd: "/with a blank",
    interpreter: "deno",
    port: 65535,
    env_file: "/srv/.env",
    namespace: "shop",
    app: "shop",
    instance: 3,
    instances: 4,
    port_increment: 10,
    depends_on: { db: "healthy", migrate: "exited" },
    priority: -5,
    health: { type: "http", url: "http://127.0.0.1:${PORT}/up", status: 204, body: "/o.k/i" },
    wait_ready: "health",
    ready_timeout: 9,
    watch: { paths: ["/srv/src"], ignore: ["*.log"], debounce: 10 },
    hooks: { pre_start: "make", timeout: 10 },
    nice: 5,
    nofile: 1024,
    umask: "027",
    config: { file: "/srv/tsm.jsonc", digest: "0123456789abcdef" },
    user: "www-data",
    shell: "/bin/bash",
    autorestart: "never",
    max_restarts: 0,
    min_uptime: 1,
    restart_delay: 2,
    exp_backoff: 3,
    stop_exit_codes: [143],
    max_memory: 300 * 1024 * 1024,
    cron_restart: "0 3 * * *",
    kill_timeout: 4,
    stop_signal: "SIGINT",
    log_max_size: 5,
    log_max_files: 6,
    log_max_age: 7,
    log_max_total: 8,
    log_rotate: "daily",
    log_rotate_on_restart: true,
    freeze: false,
  });
  assertEquals(parseSpec(formatSpec(spec)), spec);
  const samples = SETTING_KEYS.map((key) => [key, sampleOf(SETTINGS[key])]);
  const other = checkSpec({ ...PLAIN, ...Object.fromEntries(samples) });
  assertEquals(Object.keys(changedSettings(other)).sort(), [...SETTING_KEYS].sort());
  assertEquals(parseSpec(formatSpec(other)), other);
});

Deno.test("the defaults are PM2's", () => {
  const { min_uptime, max_restarts, autorestart } = SPEC_DEFAULTS;
  assertEquals({ min_uptime, max_restarts, autorestart }, {
    min_uptime: 1000,
    max_restarts: 16,
    autorestart: "always",
  });
});

Deno.test("spec.json is the owner's alone, for a command may hold a secret", () => {
  using temporary = new TemporaryRoot();
  const { spec: path } = temporary.process("api");
  const spec = checkSpec(PLAIN);
  writeSpec(temporary.root, "api", spec);
  assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
  assertEquals(readSpec(temporary.root, "api"), spec);
  assertThrows(() => readSpec(temporary.root, "web"), Deno.errors.NotFound);
});

const WRONG: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  command: { command: null },
  argv: { argv: [] },
  "argv.1": { argv: ["node", 7] },
  cwd: { cwd: "relative" },
  port: { port: "a" },
  namespace: { namespace: "no blanks" },
  user: { user: "--reuid=0" },
  autorestart: { autorestart: true },
  min_uptime: { min_uptime: -1 },
  "stop_exit_codes.0": { stop_exit_codes: [256] },
  kill_timeout: { kill_timeout: 0.5 },
  stop_signal: { stop_signal: "TERM; reboot" },
};

for (const [field, change] of Object.entries(WRONG)) {
  Deno.test(`a damaged field of a spec is named: ${field}`, () => {
    const text = JSON.stringify({ ...PLAIN, ...change });
    assertThrows(() => parseSpec(text), Deno.errors.InvalidData, `${field}: `);
  });
}

Deno.test("a NUL, which no argument can hold, is refused", () => {
  assertThrows(
    () => checkSpec({ ...PLAIN, argv: ["node", "a\0b"] }),
    Deno.errors.InvalidData,
    "argv.1: holds a NUL character",
  );
});

Deno.test("what is no JSON object is no spec", () => {
  assertThrows(() => parseSpec("{"), Deno.errors.InvalidData, "not JSON");
  assertThrows(() => parseSpec("[]"), Deno.errors.InvalidData, "not a JSON object");
});

Deno.test("a health check reaches this machine only, and has its times", () => {
  const health = (value: Record<string, unknown>) =>
    checkSpec({ command: "x", argv: ["x"], cwd: "/", health: value }).health;
  assertEquals(health({ type: "tcp" }), {
    type: "tcp",
    interval: 10_000,
    timeout: 5_000,
    retries: 3,
    grace: 0,
  });
  for (const url of ["http://localhost/", "https://127.0.0.1:${PORT}/x", "http://[::1]:80/"]) {
    health({ type: "http", url });
  }
  for (
    const url of ["http://example.com/", "file:///etc/passwd", "up", "http://127.0.0.1.nip.io"]
  ) {
    assertThrows(() => health({ type: "http", url }), Deno.errors.InvalidData, "of this machine");
  }
  assertThrows(
    () => health({ type: "http", url: "http://127.0.0.1/", body: "/(/" }),
    Deno.errors.InvalidData,
    "no regular expression",
  );
  assertThrows(() => health({ type: "tcp", host: "10.0.0.1" }), Deno.errors.InvalidData);
});
