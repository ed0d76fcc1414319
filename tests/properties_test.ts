/**
 * What holds for every input, shown with 10,000 generated ones. A failure prints
 * the seed and the smallest input that fails.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { createApi } from "../src/api/server/server.ts";
import { tryLockSupervisor } from "../src/api/supervisor_lock.ts";
import { formatMeta, type Meta, parseMeta } from "../src/meta/metadata.ts";
import { STATUSES } from "../src/meta/status.ts";
import { formatSpec, parseSpec } from "../src/meta/spec.ts";
import { parseOldEnvironment } from "../src/migrate/old_environment.ts";
import { parseOldMeta } from "../src/migrate/old_meta.ts";
import { migrateOldLayout } from "../src/migrate/migrate.ts";
import { hasOldFiles } from "../src/migrate/old_files.ts";
import { patrol } from "../src/patrol/patrol.ts";
import { resolveCommand } from "../src/program/command.ts";
import { parseEnvFile } from "../src/program/env_file.ts";
import { variablesOf } from "../src/program/env_files.ts";
import { joinWords, splitWords } from "../src/program/shell_words.ts";
import { ensureRoot, isValidName, processPaths, runtimeRoot } from "../src/root.ts";
import { MetricsPort } from "../src/supervisor/metrics/metrics_port.ts";
import { OwnFiles } from "../src/supervisor/root/own_files.ts";
import { PatrolRounds } from "../src/supervisor/patrol_rounds.ts";
import { routesOf } from "../src/supervisor/requests.ts";
import { Supervisor } from "../src/supervisor/supervisor.ts";
import { fc } from "./seed.ts";

/** Text as users and damaged files have it: anything, and much that nearly means something. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.array(
    fc.constantFrom(
      ..."abcZ019 \t\n\r\0'\"`\\$#=%&|;<>*?!{}()[]~.-_/äß€😀",
      ...["../", "export ", "\u2028", "__proto__", "{", "null", "1e999", "-0"],
    ),
    { maxLength: 60 },
  ).map((parts) => parts.join("")),
);

/** Runs `action`, which may refuse its input as bad or missing and in no other way. */
function refusesOrDoes<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    const isRefusal = error instanceof Deno.errors.InvalidData ||
      error instanceof Deno.errors.NotFound;
    if (!isRefusal) throw error;
    return undefined;
  }
}

Deno.test("a name is refused, or makes paths directly below the root", () => {
  const root = runtimeRoot("/r");
  fc.assert(
    fc.property(text, (name) => {
      const paths = refusesOrDoes(() => processPaths(root, name));
      assertEquals(paths !== undefined, isValidName(name));
      if (!paths) return;
      assertEquals(paths.dir, `/r/runtime/processes/${name}`);
      assert(!/[/\0]/.test(name) && name !== "." && name !== "..");
    }),
    { numRuns: 2000 },
  );
});

Deno.test("words survive being joined to a command line", () => {
  const word = text.filter((word) => !word.includes("\0"));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
      // A word that looks like an assignment in front is for a shell to read.
      fc.pre(!/^[A-Za-z_][A-Za-z0-9_]*=/.test(words[0]!));
      assertEquals(splitWords(joinWords(words)), words);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("a command line is resolved or refused", () => {
  const context = { cwd: "/", env: { PATH: "/bin" } };
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), (words) => {
      const resolved = refusesOrDoes(() => resolveCommand(words, context));
      assert(resolved === undefined || resolved.argv.length > 0);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("an env file is read as strings, or refused", () => {
  fc.assert(
    fc.property(text, (file) => {
      const entries = refusesOrDoes(() => parseEnvFile(file, "f")) ?? [];
      for (const { name, text } of entries) {
        assert(/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name) && !text.includes("\0"));
      }
      const known = { environment: { A: "1" }, explicit: [], own: undefined };
      refusesOrDoes(() => variablesOf({ entries, expands: true }, known));
    }),
    { numRuns: 1000 },
  );
  fc.assert(
    fc.property(text, (value) => {
      fc.pre(!/['\0]/.test(value));
      // As Node does it: no carriage return is part of a value.
      const read = parseEnvFile(`A='${value}'\nB=1`, "f").map(({ name, text }) => [name, text]);
      assertEquals(read, [["A", value.replaceAll("\r", "")], ["B", "1"]]);
    }),
    { numRuns: 500 },
  );
});

const META: Meta = {
  tsm_id: 1,
  name: "a",
  pid: 2,
  command: "x",
  cwd: "/",
  interpreter: null,
  port: 3000,
  status: "online",
  start_time: 1,
  restarts: 0,
  unstable_restarts: 0,
  env_file: null,
  pid_start: 7,
};

/** A value with some of its fields replaced by anything. */
function damaged(value: object) {
  return fc.dictionary(fc.constantFrom(...Object.keys(value)), fc.jsonValue(), { maxKeys: 3 })
    .map((changes) => JSON.stringify({ ...value, ...changes }));
}

Deno.test("a meta.json is read and written back the same, or refused", () => {
  fc.assert(
    fc.property(fc.oneof(text, fc.json(), damaged(META)), (file) => {
      const meta = refusesOrDoes(() => parseMeta(file));
      if (meta) assertEquals(parseMeta(formatMeta(meta)), meta);
    }),
    { numRuns: 1000 },
  );
  const valid = fc.record({ status: fc.constantFrom(...STATUSES), command: text, reason: text });
  fc.assert(
    fc.property(valid, (fields) => {
      assertEquals(parseMeta(formatMeta({ ...META, ...fields })), { ...META, ...fields });
    }),
    { numRuns: 500 },
  );
});

Deno.test("a spec.json is read and written back the same, or refused", () => {
  const spec = { command: "x", argv: ["x"], cwd: "/", autorestart: "never", max_memory: 5 };
  fc.assert(
    fc.property(fc.oneof(text, fc.json(), damaged(spec)), (file) => {
      const parsed = refusesOrDoes(() => parseSpec(file));
      if (parsed) assertEquals(parseSpec(formatSpec(parsed)), parsed);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("files of the old layout are data: quoted values come back as they were", () => {
  fc.assert(
    fc.property(text, (value) => {
      fc.pre(value !== "" && !value.includes("\0"));
      const quoted = `'${value.replaceAll("'", `'\\''`)}'`;
      for (
        const form of [`command=${quoted} port=1 type=x`, `pid=1\ncommand=${quoted}\nport=1\n`]
      ) {
        const meta = parseOldMeta(form);
        assertEquals([meta.command, meta.port], [value.replaceAll("\r\n", "\n"), 1]);
      }
    }),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(text, fc.uint8Array({ maxLength: 200 }), (meta, env) => {
      refusesOrDoes(() => parseOldMeta(meta));
      const { variables } = parseOldEnvironment(env);
      for (const value of Object.values(variables)) assert(!value.includes("\0"));
    }),
    { numRuns: 700 },
  );
});

Deno.test("whatever the old files hold, patrol copes, loses nothing and is done at once", async () => {
  const file = fc.option(
    fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      // More than any kernel gives.
      text.map((value) => new TextEncoder().encode(`pid=2147483647 command='${value}' cwd=/`)),
    ),
    { nil: undefined },
  );
  const files = fc.record({ meta: file, env: file, pid: file, out: file, err: file });
  const name = fc.oneof(fc.constantFrom("web-8000", "a b", "..", "all", "x"), fc.constant("api"));
  await fc.assert(
    fc.asyncProperty(name, files, async (name, { meta, env, pid, out, err }) => {
      const home = Deno.makeTempDirSync({ prefix: "tsm-old-" });
      try {
        const root = runtimeRoot(`${home}/root`);
        ensureRoot(root);
        Deno.mkdirSync(root.oldLogs);
        const places = { meta: root.processes, env: root.processes, pid: root.pids } as const;
        const given = { meta, env, pid, out, err };
        for (const [kind, bytes] of Object.entries(given)) {
          const dir = places[kind as keyof typeof places] ?? root.oldLogs;
          if (bytes) Deno.writeFileSync(`${dir}/${name}.${kind}`, bytes);
        }
        const host = {
          rootPath: root.base,
          knows: () => false,
          rewrite: () => {},
          settled: () => Promise.resolve(),
          knowsSpec: () => false,
          rewriteSpec: () => {},
          revive: () => {},
          keepsPidFile: (name: string) => hasOldFiles(root, name),
          reserveId: (wanted: number | null) => wanted ?? 1,
        };
        const options = { dryRun: false, killOrphans: false };
        const round = async () => [
          ...await migrateOldLayout(root, host, options),
          ...await patrol(root, host, options),
        ];
        const findings = await round();
        assertEquals(findings.filter(({ failed }) => failed !== undefined), []);
        assertEquals(await round(), []);
        // A log is somebody's words: it is in the new layout, or in quarantine.
        const logs = allFiles(home).map((path) => Deno.readFileSync(path).toString());
        for (const log of [out, err]) if (log) assert(logs.includes(log.toString()));
        assertEquals([...Deno.readDirSync(home)].map(({ name }) => name), ["root"]);
      } finally {
        Deno.removeSync(home, { recursive: true });
      }
    }),
    { numRuns: 100 },
  );
});

Deno.test("whatever is sent to the control API, it is answered, and nothing changes", async () => {
  const home = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "tsm-api-" }));
  try {
    const root = runtimeRoot(`${home}/root`);
    ensureRoot(root);
    const errors: unknown[] = [];
    const supervisor = new Supervisor({ root, rootPath: root.base, log: () => {} });
    const rounds = new PatrolRounds(supervisor);
    const lock = tryLockSupervisor(root)!;
    using ownFiles = new OwnFiles({ root, rootPath: root.base, lock, log: () => {} });
    const token = "0".repeat(64);
    const { answer } = createApi({
      routes: routesOf(supervisor, {
        started: 0,
        foreground: true,
        rounds,
        ownFiles,
        metricsPort: new MetricsPort(
          root,
          createApi({
            routes: [],
            tokens: { all: token, lasting: () => undefined },
            onError: () => {},
          }),
          () => {},
        ),
        leave: () => {},
      }),
      tokens: { all: token, lasting: () => undefined },
      onError: (error) => errors.push(error),
    });
    const route = fc.constantFrom("start", "stop", "restart", "signal", "reset", "ping", "stats");
    const start = fc.record({
      words: fc.array(text, { maxLength: 3 }),
      name: fc.oneof(text, fc.constant("x")),
      // What does not exist is refused before anything is made.
      cwd: text.map((path) => `/nowhere/${path}`),
      environment: fc.dictionary(text, text, { maxKeys: 3 }),
      explicit: fc.dictionary(text, text, { maxKeys: 3 }),
      settings: fc.oneof(
        fc.constant({}),
        fc.dictionary(fc.constantFrom("max_memory", "cron_restart", "user", "x"), fc.jsonValue()),
      ),
      force: fc.boolean(),
      wait: fc.nat(),
    });
    const select = fc.record({
      selectors: fc.array(text, { maxLength: 2 }),
      keep: fc.boolean(),
      signal: text,
    }, { requiredKeys: [] });
    const body = fc.oneof(start, select, fc.jsonValue()).map((value) => JSON.stringify(value));
    const before = allFiles(home);
    await fc.assert(
      fc.asyncProperty(route, fc.oneof(body, text), async (route, body) => {
        const response = await answer(
          new Request(`http://127.0.0.1:1/v1/${route}`, {
            method: "POST",
            headers: { authorization: `Bearer ${token}`, host: "127.0.0.1:1" },
            body,
          }),
          { ends: { remote: 0, local: 0 }, ended: Promise.resolve() },
        );
        const said = await response.json();
        assert(response.status < 500, `${response.status}: ${JSON.stringify(said)}`);
        if (response.status !== 200) assert(typeof said.error.message === "string");
        assertEquals(errors, []);
      }),
      { numRuns: 700 },
    );
    assertEquals(allFiles(home), before);
  } finally {
    Deno.removeSync(home, { recursive: true });
  }
});

function allFiles(dir: string): string[] {
  return [...Deno.readDirSync(dir)].flatMap(({ name, isDirectory }) =>
    isDirectory ? allFiles(`${dir}/${name}`) : [`${dir}/${name}`]
  ).sort();
}
