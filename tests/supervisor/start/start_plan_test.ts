import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { StartRequest } from "../../../src/api/messages/start.ts";
import type { ProcessDefinition } from "../../../src/meta/process_definition.ts";
import type { EnvironmentDifference } from "../../../src/program/environment.ts";
import {
  draftPlan,
  makePlan,
  type PlanHost,
  refusalOf,
  type StartPlan,
} from "../../../src/supervisor/start/start_plan.ts";
import { TemporaryRoot } from "../../temporary_root.ts";
import { type FakeProcess, fakeProcess, fakeRun } from "./fake_process.ts";

/** Plans starts in a root of its own, where these processes are there. */
class Planner implements Disposable {
  readonly temporary = new TemporaryRoot();
  readonly host: PlanHost;

  constructor(present: readonly FakeProcess[] = []) {
    this.host = {
      rootPath: "/root",
      root: this.temporary.root,
      processes: present,
      process: (name) => present.find(({ meta }) => meta.name === name),
      differenceFor: (_, explicit): EnvironmentDifference => ({ set: explicit, unset: [] }),
    };
  }

  /** A definition that can be run, but for what `changes` says. */
  define(name: string, changes: Partial<ProcessDefinition> = {}): ProcessDefinition {
    return { words: ["sh", "-c", ":"], name, cwd: "/", explicit: {}, settings: {}, ...changes };
  }

  async plan(
    definitions: readonly ProcessDefinition[],
    ifRunning: StartRequest["if_running"] = "refuse",
    listening?: ReadonlyMap<number, string>,
  ): Promise<StartPlan> {
    const environment = { PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin" };
    const draft = await draftPlan(this.host, { environment, definitions: [...definitions] });
    return makePlan(this.host, { ...draft, ...listening ? { listening } : {} }, ifRunning);
  }

  /** All that is wrong, as `name: what`. */
  async problems(definitions: readonly ProcessDefinition[]): Promise<readonly string[]> {
    const { problems } = await this.plan(definitions);
    return problems.map(({ name, error }) => `${name}: ${(error as Error).message}`);
  }

  async refusal(
    definitions: readonly ProcessDefinition[],
    source: StartRequest["source"],
  ): Promise<Error> {
    const plan = await this.plan(definitions);
    return await refusalOf(this.host, plan, { definitions: [...definitions], source });
  }

  [Symbol.dispose](): void {
    this.temporary[Symbol.dispose]();
  }
}

const instance = (instance: number) => ({ settings: { instance, instances: 2 } });

Deno.test("a plan of one and a plan of many are made alike", async () => {
  using planner = new Planner();
  const { planned, problems, heldPorts } = await planner.plan([
    planner.define("web", { explicit: { MODE: "test" } }),
    planner.define("work", instance(0)),
    planner.define("work", instance(1)),
  ]);
  assertEquals([problems, heldPorts], [[], []]);
  assertEquals(planned.map(({ name }) => name), ["web", "work-0", "work-1"]);
  assertEquals(planned.map(({ spec }) => spec.app), [null, "work", "work"]);
  assertEquals(planned[0]!.environment, { set: { MODE: "test" }, unset: [] });
  assertEquals(planned[0]!.spec.command, "sh -c :");
});

Deno.test("'auto' ports are free: nobody listens, no process is meant for one, none is planned twice", async () => {
  using planner = new Planner([fakeProcess("old-3000", {}, { port: 3000 })]);
  const auto = { port: "auto" as const };
  const listening = new Map([[3002, "inode"]]);
  const { planned } = await planner.plan(
    [
      planner.define("a", auto),
      planner.define("fixed", { port: 3001 }),
      planner.define("b", { ...auto, ...instance(0) }),
      planner.define("b", { ...auto, ...instance(1) }),
    ],
    "refuse",
    listening,
  );
  assertEquals(planned.map(({ name }) => name), ["a-3003", "fixed-3001", "b-3004", "b-3005"]);
  assertEquals(planned.map(({ spec }) => spec.port), [3003, 3001, 3004, 3005]);
});

Deno.test("what cannot be run is found, and the others are planned all the same", async () => {
  using planner = new Planner();
  const { planned, problems } = await planner.plan([
    planner.define("gone", { words: ["no-such-program"] }),
    planner.define("nowhere", { cwd: "/nonexistent" }),
    planner.define("fine"),
  ]);
  assertEquals(planned.map(({ name }) => name), ["fine"]);
  assertEquals(problems.map(({ name }) => name), ["gone", "nowhere"]);
  for (const { error } of problems) assert(error instanceof Deno.errors.NotFound);
});

Deno.test("what does not go together is found: names, ports, circles, and who depends on nobody", async () => {
  const config = (file: string) => ({ config: { file, digest: "1" } });
  using planner = new Planner([fakeProcess("theirs", {}, config("/"))]);
  const on = (name: string, condition: "started" | "healthy" = "started") => ({
    settings: { depends_on: { [name]: condition } },
  });
  const found = await planner.problems([
    planner.define("twin"),
    planner.define("twin"),
    planner.define("p", { port: 1 }),
    planner.define("q", { port: 1 }),
    planner.define("a", on("b")),
    planner.define("b", on("a")),
    planner.define("lost", on("nobody")),
    planner.define("sick", on("twin", "healthy")),
    planner.define("theirs", { settings: config("/other") }),
  ]);
  const expected = [
    "twin: it is there twice",
    "q-1: it has the port 1, as 'p-1' has",
    "theirs: '/' has started a process of that name",
    "lost: it depends on 'nobody', which is neither to be started nor there",
    "sick: it depends on 'twin' being healthy, but that has no health check",
    "a: it depends on itself: a → b → a",
  ];
  assertEquals(found.map((text, at) => text.slice(0, expected[at]?.length)), expected);
});

Deno.test("who runs has its port; of what has ended, and of instances of one app, no other is kept off", async () => {
  const app = { app: "api", port: 4 };
  using planner = new Planner([
    fakeProcess("launching-1", { status: "launching" }, { port: 1 }),
    fakeProcess("stopped-2", { status: "stopped" }, { port: 2 }),
    fakeProcess("errored-3", { status: "errored" }, { port: 3 }),
    fakeProcess("api-4", { status: "online" }, app),
  ]);
  const found = await planner.problems([
    planner.define("a", { port: 1 }),
    planner.define("b", { port: 2 }),
    planner.define("c", { port: 3 }),
    planner.define("api-twin", { port: 4, settings: { app: "api" } }),
  ]);
  assertEquals(found.map((text) => text.split(";")[0]), [
    "a-1: port 1 is the port of 'launching-1' (launching)",
  ]);
});

Deno.test("a dependency that is there counts as one that is to be started", async () => {
  using planner = new Planner([fakeProcess("db")]);
  const web = planner.define("web", { settings: { depends_on: { db: "started" } } });
  assertEquals(await planner.problems([web]), []);
});

Deno.test("what runs is refused where the start is to make something new", async () => {
  const running = fakeProcess("web", { status: "online" });
  running.run = fakeRun().run;
  using planner = new Planner([running]);
  const web = planner.define("web");
  assertEquals((await planner.plan([web], "leave")).problems, []);
  assertEquals((await planner.plan([web], "restart")).problems, []);
  const [problem] = (await planner.plan([web])).problems;
  assert(problem?.error instanceof Deno.errors.AlreadyExists);
  // Its directory has been removed: it is ended, and makes room.
  running.directory.isRemoved = () => true;
  assertEquals((await planner.plan([web])).problems, []);
});

Deno.test("a port that is listened on is refused, unless it is by the process itself", async () => {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr as Deno.NetAddr;
  const running = fakeProcess(`own-${port}`, { status: "online" }, { port });
  running.run = fakeRun().run;
  using planner = new Planner([running]);
  const own = [planner.define("own", { port })];
  assertEquals((await planner.plan(own, "restart")).heldPorts, []);
  const refusal = await planner.refusal([planner.define("new", { port })], "command");
  assert(refusal instanceof Deno.errors.AddrInUse);
  assertStringIncludes(refusal.message, `port ${port} is held by deno (pid ${Deno.pid})`);
});

Deno.test("a command is told the one thing that is wrong, a file all that is", async () => {
  using planner = new Planner();
  const gone = planner.define("gone", { words: ["no-such-program"] });
  const nowhere = planner.define("nowhere", { cwd: "/nonexistent" });
  for (const definitions of [[gone], [gone, gone, gone]]) {
    const refusal = await planner.refusal(definitions, "command");
    assert(refusal instanceof Deno.errors.NotFound);
    assertStringIncludes(refusal.message, "Cannot start 'gone': ");
  }
  for (
    const [definitions, source] of [
      [[gone], "file"],
      [[gone, nowhere], "command"],
      [[gone, planner.define("fine")], "command"],
    ] as const
  ) {
    const refusal = await planner.refusal(definitions, source);
    assert(refusal instanceof Deno.errors.InvalidData);
    assertStringIncludes(refusal.message, "has started nothing:\n  gone: ");
  }
});

Deno.test("instances that share their port are planned with one port, and with a number in their names", async () => {
  using planner = new Planner([
    fakeProcess("old-3000", { status: "online" }, { port: 3000 }),
  ]);
  const sharing = (instance: number, port: number | "auto") =>
    planner.define("api", { port, settings: { instance, instances: 2, share_port: true } });
  const { planned, problems } = await planner.plan(
    [sharing(0, "auto"), sharing(1, "auto")],
    "refuse",
    new Map(),
  );
  assertEquals(problems, []);
  assertEquals(planned.map(({ name }) => name), ["api-3001-0", "api-3001-1"]);
  assertEquals(planned.map(({ spec: { port } }) => port), [3001, 3001]);

  const other = planner.define("other", { port: 4000, settings: { share_port: true } });
  const [problem] = await planner.problems([sharing(0, 4000), sharing(1, 4000), other]);
  assertStringIncludes(problem!, "it has the port 4000, as 'api-4000-0' has");
});

Deno.test("a port is not held where other instances that share it listen on it", async () => {
  const settings = { app: "api", port: 4, instances: 2, share_port: true };
  const sibling = { ...fakeProcess("api-4-0", {}, settings), run: fakeRun().run };
  using planner = new Planner([sibling]);
  const heldBy = async (settings: ProcessDefinition["settings"]) => {
    const definition = planner.define("api", { port: 4, settings });
    const { heldPorts } = await planner.plan([definition], "leave", new Map([[4, "17"]]));
    return heldPorts.map(({ inode }) => inode);
  };
  assertEquals(await heldBy({ instance: 1, instances: 2, share_port: true }), []);
  assertEquals(await heldBy({ instance: 1, instances: 2 }), ["17"]);
});
