import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Tsm, until } from "./harness.ts";
import { startAll } from "./start_all.ts";

const RUN = "exec sleep 1000";

/** Starts 'web', watching the files of the test. */
async function startWatched(tsm: Tsm, ignore: string[] = []): Promise<void> {
  const watch = { paths: [tsm.work], ignore, debounce: 50 };
  const { failed } = await startAll(tsm, [{ name: "web", run: RUN, settings: { watch } }]);
  assertEquals(failed, []);
}

/**
 * Changes files. The supervisor stands still meanwhile: it sees all of it at once, however long
 * the steps of it take on a busy machine.
 */
function change(tsm: Tsm, steps: () => void): void {
  const supervisor = tsm.supervisorPid();
  Deno.kill(supervisor, "SIGSTOP");
  try {
    steps();
  } finally {
    Deno.kill(supervisor, "SIGCONT");
  }
}

/** Awaits the restart that makes so many. */
async function untilRestarted(tsm: Tsm, restarts: number) {
  return await until(`restart ${restarts}`, async () => {
    const meta = (await tsm.list())["web"]!;
    assert(meta.restarts <= restarts, `${meta.restarts} restarts: ${meta.reason}`);
    return meta.restarts === restarts && meta.status === "online" ? meta : undefined;
  });
}

Deno.test("a file that changes restarts its process, however an editor saves it", async () => {
  await using tsm = new Tsm();
  tsm.write("main.js", "1");
  await startWatched(tsm);
  change(tsm, () => tsm.write("main.js", "2"));
  assertEquals((await untilRestarted(tsm, 1)).reason, "watch: main.js changed");

  // As vim does it: the old file becomes the backup, a new one takes its place.
  change(tsm, () => {
    Deno.renameSync(`${tsm.work}/main.js`, `${tsm.work}/main.js~`);
    tsm.write("main.js", "3");
    Deno.removeSync(`${tsm.work}/main.js~`);
  });
  await untilRestarted(tsm, 2);

  // As others do it: a new file is renamed over the old one. Twice, for the first may be
  // the last that is seen of a file that is watched itself.
  for (const restarts of [3, 4]) {
    change(tsm, () => {
      tsm.write(".main.js.new", String(restarts));
      Deno.renameSync(`${tsm.work}/.main.js.new`, `${tsm.work}/main.js`);
    });
    await untilRestarted(tsm, restarts);
  }
  assertStringIncludes(tsm.read("db", "history", "web.jsonl"), "watch: main.js changed");
});

Deno.test("a single file is watched through its renames too", async () => {
  await using tsm = new Tsm();
  const file = tsm.write("main.js", "1");
  tsm.write("other.js", "1");
  const watch = { paths: [file], ignore: [], debounce: 50 };
  await startAll(tsm, [{ name: "web", run: RUN, settings: { watch } }]);
  for (const restarts of [1, 2]) {
    tsm.write("other.js", "2");
    tsm.write("new", String(restarts));
    Deno.renameSync(`${tsm.work}/new`, file);
    assertEquals((await untilRestarted(tsm, restarts)).reason, "watch: main.js changed");
  }
});

Deno.test("directories that come are watched, what is ignored is not", async () => {
  await using tsm = new Tsm();
  Deno.mkdirSync(`${tsm.work}/node_modules/x`, { recursive: true });
  Deno.mkdirSync(`${tsm.work}/logs`);
  await startWatched(tsm, ["logs", "*.md"]);
  tsm.write("node_modules/x/index.js", "1");
  tsm.write("logs/out", "1");
  tsm.write("README.md", "1");
  Deno.mkdirSync(`${tsm.work}/src`);
  assertEquals((await untilRestarted(tsm, 1)).reason, "watch: src changed");
  change(tsm, () => tsm.write("src/main.js", "1"));
  assertEquals((await untilRestarted(tsm, 2)).reason, "watch: src/main.js changed");
});

Deno.test("what crashed for good is started when its file is mended; what is stopped is not", async () => {
  await using tsm = new Tsm();
  tsm.write("main.sh", "exit 1");
  const watch = { paths: [`${tsm.work}/main.sh`], ignore: [], debounce: 50 };
  await startAll(tsm, [{
    name: "web",
    run: "exec sh main.sh",
    settings: { watch, max_restarts: 2 },
  }]);
  await until("the end", async () => (await tsm.list())["web"]!.status === "errored");
  change(tsm, () => tsm.write("main.sh", RUN));
  const meta = await until("the mended one", async () => {
    const { web } = await tsm.list();
    return web?.status === "online" ? web : undefined;
  });
  await tsm.ok("stop", "--keep", "web");
  tsm.write("main.sh", "exec sleep 999");
  await tsm.ok("start", "web");
  // Had the change started it, this start would have been refused.
  assertEquals((await tsm.list())["web"]!.restarts, meta.restarts);
});

Deno.test("a watched link that is moved restarts its process, and what is behind it is watched", async () => {
  await using tsm = new Tsm();
  for (const release of ["1", "2"]) {
    Deno.mkdirSync(`${tsm.work}/${release}/src`, { recursive: true });
    tsm.write(`${release}/src/main.js`, release);
  }
  Deno.symlinkSync("1", `${tsm.work}/current`);
  // The first is the link itself, the second leads through it.
  for (const [name, path] of [["link", "current"], ["through", "current/src"]] as const) {
    await tsm.ok("start", RUN, "--name", name, `--watch=${path}`);
  }
  const restarted = (restarts: number) =>
    until(`restart ${restarts} of both`, async () => {
      const { link, through } = await tsm.list();
      const isDone = [link!, through!].every((meta) =>
        meta.restarts >= restarts && meta.status === "online"
      );
      return isDone || undefined;
    });
  Deno.symlinkSync("2", `${tsm.work}/next`);
  Deno.renameSync(`${tsm.work}/next`, `${tsm.work}/current`);
  await restarted(1);
  const [before] = Object.values(await tsm.list()).map(({ restarts }) => restarts);
  tsm.write("2/src/main.js", "changed");
  await restarted(before! + 1);
});

Deno.test("the next supervisor goes on watching", async () => {
  await using tsm = new Tsm();
  tsm.write("main.js", "1");
  await startWatched(tsm);
  await tsm.killSupervisor();
  await tsm.ok("save");
  change(tsm, () => tsm.write("main.js", "2"));
  await untilRestarted(tsm, 1);
});

Deno.test("what its hooks write restarts nothing", async () => {
  await using tsm = new Tsm();
  tsm.write("main.js", "1");
  const watch = { paths: [tsm.work], ignore: [], debounce: 50 };
  // Each is seen, and told, long before it is done.
  const hooks = {
    pre_start: "mkdir -p dist; date >>dist/built; sleep 0.3; date >>late",
    post_stop: "date >>stopped; sleep 0.3; date >>late",
    timeout: 60_000,
  };
  await startAll(tsm, [{ name: "web", run: RUN, settings: { watch, hooks } }]);
  for (const restarts of [1, 2]) {
    change(tsm, () => tsm.write("main.js", `${restarts} more`));
    assertEquals((await untilRestarted(tsm, restarts)).reason, "watch: main.js changed");
  }
  // What a hook made is watched from then on.
  change(tsm, () => tsm.write("dist/own", "1"));
  assertEquals((await untilRestarted(tsm, 3)).reason, "watch: dist/own changed");
});

Deno.test("a named pipe among watched files stops neither the supervisor nor the watch of others", async () => {
  await using tsm = new Tsm();
  const start = async (name: string) => {
    Deno.mkdirSync(`${tsm.work}/${name}`, { recursive: true });
    tsm.write(`${name}/main.js`, "1");
    await tsm.ok("start", RUN, "--name", name, `--watch=${name}`);
  };
  const makePipe = (path: string) => {
    const { success } = new Deno.Command("mkfifo", { args: [`${tsm.work}/${path}`] }).outputSync();
    assert(success);
  };
  await start("first");
  // It comes while its directory is watched: from here on Deno tells of nothing.
  makePipe("first/pipe");
  await start("second");
  await start("third");
  await tsm.ok("ping");
  await until(
    "the watch to go on without it",
    () => tsm.read("runtime", "supervisor.log").includes("first is left out, for 'pipe' in it"),
  );
  let text = 1;
  await until("a restart of the second", async () => {
    change(tsm, () => tsm.write("second/main.js", `${++text}`));
    return (await tsm.list())["second"]!.restarts > 0;
  });

  // One that is there before.
  Deno.mkdirSync(`${tsm.work}/fourth/src`, { recursive: true });
  makePipe("fourth/pipe");
  await start("fourth");
  change(tsm, () => tsm.write("fourth/src/main.js", "1"));
  await until("a restart of the fourth", async () => (await tsm.list())["fourth"]!.restarts > 0);
});
