import { assert, assertEquals } from "@std/assert";
import { checkApps, checkSurroundings } from "../../src/config/check_apps.ts";
import { wantedOf } from "../../src/config/wanted.ts";
import { formatProblems } from "../../src/document/format_problems.ts";
import { readConfig } from "../../src/config/read_config.ts";
import { fc } from "../seed.ts";
import { TemporaryRoot } from "../temporary_root.ts";
import { VARIABLES } from "./read_text.ts";

const TSM = `// The shop
{
  "$schema": "./x.json",
  "defaults": { "namespace": "shop", "env": { "A": "\${HOME}" }, "max_memory": "300M" },
  "processes": {
    "db": { "command": ["sleep", "9"], "health": { "port": 5432, "interval": "1s" } },
    "api": { "command": "sleep \${PORT}", "port": 3000, "instances": 2, "increment": 10,
      "depends_on": { "db": "healthy" }, "wait_ready": "port", "watch": ["src"],
      "hooks": { "pre_start": "true", "timeout": "5s" }, "cron_restart": "0 3 * * *",
      "environments": { "production": { "B": 1 } }, "stop_exit_codes": [0, 143], "umask": "022" },
    "worker": "sleep 1", /* just that */
  },
}
`;

const PM2 = `{ "apps": [
  { "name": "api", "script": "sleep", "args": "9", "instances": 2, "env": { "PORT": 3000 },
    "env_production": { "A": 1 }, "max_memory_restart": "1G", "watch": ["src"], "kill_timeout": 3000 },
  { "script": "./job.js", "cron_restart": "0 0 * * *", "exec_mode": "fork", "autorestart": false }
], "deploy": { "production": { "env": {} } } }
`;

const YAML = `apps:
  - name: api
    script: sleep
    args: [9]
    env: { PORT: 3000 }
    max_memory_restart: 1G
`;

const FILES: Readonly<Record<string, string>> = {
  "tsm.jsonc": TSM,
  "process.json": PM2,
  "process.json5": PM2,
  "process.yml": YAML,
  "Procfile": "web: sleep 1\nworker: sleep $N | cat\n",
};

/** What a slip of the hand or a wrong merge does to a text. */
const mutation = fc.record({
  at: fc.nat(1000),
  length: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(40)),
  insert: fc.oneof(
    fc.constantFrom(
      ...["", "", '"', "'", "{", "}", "[", "]", ",", ":", "//", "/*", "\\", "\n", "\t", "\0", "-"],
      ...["${", "}", "${X}", "null", "1e999", "-1", "99999999999", "__proto__", "\u2028", "\uFEFF"],
      ...['"a": 1,', "true", "[[[[", "{{{{", "\ud800", "é", "0x10", "&a *a", "!!js/function x"],
    ),
    fc.string({ unit: "binary", maxLength: 4 }),
  ),
});

function mutate(
  text: string,
  mutations: readonly { at: number; length: number; insert: string }[],
) {
  return mutations.reduce((changed, { at, length, insert }) => {
    const from = changed.length === 0 ? 0 : at % changed.length;
    return changed.slice(0, from) + insert + changed.slice(from + length);
  }, text);
}

Deno.test("1,000 mutated files are read or refused with a place that is in them, and nothing else", async () => {
  using temporary = new TemporaryRoot();
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(FILES)),
      fc.array(mutation, { minLength: 1, maxLength: 3 }),
      async (name, mutations) => {
        const text = mutate(FILES[name]!, mutations);
        const path = temporary.write(name, text);
        const file = await readConfig(path, { variables: VARIABLES });
        if (file.problems.length > 0) refused++;
        const problems = file.problems.length > 0
          ? file.problems
          : [...checkApps(file.apps), ...await checkSurroundings(file.apps, VARIABLES)];
        const told = formatProblems(name, file.text, problems);
        assertEquals(told.length, problems.length);
        for (const { message, span } of problems) {
          assert(message !== "");
          const isInside = span === undefined ||
            (span.offset >= 0 && span.offset <= file.text.length);
          assert(isInside, `${message}: ${span?.offset} of ${file.text.length}`);
        }
        for (const text of told) assert(/^[^\n]*\S/.test(text), text);
        if (problems.length === 0) wantedOf(file.apps, path);
      },
    ),
    { numRuns: 1000 },
  );
  assert(refused > 300 && refused < 1000, `${refused} were refused`);
});
