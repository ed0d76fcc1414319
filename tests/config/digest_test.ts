import { assertEquals } from "@std/assert";
import { wantedOf } from "../../src/config/wanted.ts";
import { readText } from "./read_text.ts";

/** A file that says something of every kind of value. */
const FILE = `{
  "defaults": { "namespace": "shop", "max_memory": "300M", "umask": "027" },
  "processes": {
    "db": {
      "command": "postgres -D data", "cwd": "/srv", "user": "postgres", "nice": 5, "nofile": 4096,
      "health": { "port": 5432, "interval": "1s", "type": "tcp" }, "stop_signal": "int",
      "hooks": { "pre_start": "make", "timeout": "9s" }, "autorestart": false,
    },
    "api": {
      "command": ["node", "server.js"], "cwd": "/srv", "port": 3000, "instances": 2,
      "increment": 10, "depends_on": { "db": "healthy" }, "wait_ready": "health",
      "health": "http://127.0.0.1:\${PORT}/up", "ready_timeout": "5s", "env": { "A": 1 },
      "watch": { "debounce": "1s", "paths": "src", "ignore": ["*.log"] }, "freeze": false,
      "log_rotate": "daily", "log_max_age": "7d", "stop_exit_codes": [0, 143], "priority": -3,
    },
    "job": {
      "command": "make", "cwd": "/srv", "watch": true, "depends_on": "db", "health": {
        "command": "true", "retries": 5 }, "cron_restart": "0 3 * * *", "kill_timeout": "10s",
    },
  },
}`;

Deno.test("the digest of what a file says stays the same from version to version: an upgrade restarts nothing", async () => {
  const { apps, dir, problems } = await readText("tsm.jsonc", FILE);
  assertEquals(problems, []);
  // Only a path of the watched files is from the file's own directory.
  const inPlace = JSON.parse(JSON.stringify(apps).replaceAll(dir, "/w"));
  assertEquals(
    wantedOf(inPlace, "/w/tsm.jsonc").map(({ name, definition }) => [
      name,
      definition.settings.config?.digest,
    ]),
    [
      ["db", "e26b4723e65f6f33"],
      ["api-3000", "091a7da53adc79e8"],
      ["api-3010", "28e72ceaccea8662"],
      ["job", "f97d446bfe5f94c6"],
    ],
  );
});
