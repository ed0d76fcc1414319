import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { readArguments } from "../../../src/cli/parse/read_arguments.ts";
import { startCommand } from "../../../src/cli/commands/start.ts";
import { readSettingFlags } from "../../../src/cli/start/setting_flags.ts";

const read = (...args: string[]) => readSettingFlags(readArguments(startCommand, args), "/srv");

Deno.test("every policy flag becomes its setting", () => {
  assertEquals(
    read(
      ...["--autorestart", "on-failure", "--max-restarts", "3", "--min-uptime", "2s"],
      ...["--restart-delay", "500ms", "--exp-backoff", "100ms", "--stop-exit-codes", "0,143"],
      ...["--max-memory", "300M", "--cron-restart", "0 3 * * *", "--kill-timeout", "10s"],
      ...["--stop-signal", "int"],
    ),
    {
      autorestart: "on-failure",
      max_restarts: 3,
      min_uptime: 2000,
      restart_delay: 500,
      exp_backoff: 100,
      stop_exit_codes: [0, 143],
      max_memory: 300 * 1024 * 1024,
      cron_restart: "0 3 * * *",
      kill_timeout: 10_000,
      stop_signal: "SIGINT",
    },
  );
  assertEquals(read(), {});
});

Deno.test("a value of the wrong form is quoted, with an example of the right one", () => {
  const wrong: readonly [string, string, string][] = [
    ["--autorestart", "sometimes", "on-failure"],
    ["--max-restarts", "-1", "--max-restarts 5"],
    ["--min-uptime", "soon", "500ms"],
    ["--kill-timeout", "2d", "--kill-timeout 5s"],
    ["--exp-backoff", "1 s", "500ms"],
    ["--stop-exit-codes", "0;143", "0,143"],
    ["--stop-exit-codes", "256", "0,143"],
    ["--max-memory", "300 apples", "300M"],
    ["--stop-signal", "SIGNOT", "SIGHUP"],
  ];
  for (const [flag, value, example] of wrong) {
    const { message } = assertThrows(() => read(`${flag}=${value}`), Deno.errors.InvalidData);
    assertStringIncludes(message, JSON.stringify(value));
    assertStringIncludes(message, example);
  }
});

Deno.test("flags of the parts of a setting make the whole of it, with its defaults", () => {
  assertEquals(
    read(
      ...["--health-url", "http://127.0.0.1/", "--health-retries", "5", "--watch=src,/lib,"],
      ...["--watch-ignore", "*.log", "--watch-ignore", "a,b", "--post-stop", "rm -f lock"],
      ...["--depends-on", "db:healthy", "--depends-on", "migrate", "--no-freeze"],
      ...["--depends-on", "cache,restart", "--depends-on", "fill:exited,once,restart"],
    ),
    {
      freeze: false,
      depends_on: {
        db: "healthy",
        migrate: "started",
        cache: { condition: "started", restart: true },
        fill: { condition: "exited", once: true, restart: true },
      },
      health: {
        type: "http",
        url: "http://127.0.0.1/",
        interval: 10_000,
        timeout: 5000,
        retries: 5,
        grace: 0,
      },
      watch: { paths: ["/srv/src", "/lib"], ignore: ["*.log", "a,b"], debounce: 200 },
      hooks: { post_stop: "rm -f lock", timeout: 30_000 },
    },
  );
  // How a check is made says nothing where there is none, and whoever says it expects a check.
  for (const [flag, value] of [["health-interval", "5s"], ["watch-ignore", "x"]] as const) {
    const message = `Cannot use --${flag} alone`;
    assertThrows(() => read(`--${flag}`, value), Deno.errors.InvalidData, message);
  }
});

Deno.test("a health check of two kinds is refused", () => {
  assertThrows(
    () => read("--health-cmd", "true", "--health-tcp", "80"),
    Deno.errors.InvalidData,
    "Cannot use --health-tcp and --health-cmd together: give one",
  );
});
