import { assertEquals } from "@std/assert";
import {
  type ExecuteOptions,
  executeStarts,
  type ProcessStart,
} from "../../../src/supervisor/start/execute_starts.ts";
import { fakeProcess, fakeRun } from "./fake_process.ts";

const OPTIONS: ExecuteOptions = {
  if_running: "refuse",
  source: "command",
  wait: 0,
  requestedAt: 0,
};

/** Starts of processes that do nothing; `cleaned` tells how was cleaned up behind them. */
function recorder() {
  const cleaned: string[] = [];
  const make = (
    name: string,
    { launch = () => Promise.resolve(fakeRun().run), ...more }: Partial<ProcessStart> = {},
  ): ProcessStart => {
    const fake = fakeProcess(name, { tsm_id: cleaned.length + name.charCodeAt(0) });
    return {
      process: {
        ...fake,
        directory: { errPath: "/nonexistent", errSize: () => 0 },
        giveUp: (reason) => Promise.resolve(void cleaned.push(`${name} given up: ${reason}`)),
        removeUnlessStarted(spec, requestedAt) {
          cleaned.push(`${name} removed`);
          return Promise.resolve(spec === fake.spec && requestedAt === 0);
        },
      },
      spec: fake.spec,
      isNew: true,
      prerequisites: undefined,
      launch,
      done: Promise.withResolvers<void>(),
      ...more,
    };
  };
  return { cleaned, make };
}

const names = (things: readonly { readonly name: string }[]) => things.map(({ name }) => name);
const full = () => Promise.reject(new Deno.errors.NotFound("the disk is full"));
const runs = () => Promise.reject(new Deno.errors.AlreadyExists("it is already running"));

Deno.test("what fails takes down nothing else, and is told with the kind of its error", async () => {
  const { cleaned, make } = recorder();
  const outcome = await executeStarts(
    [make("b"), make("broken", { launch: full }), make("a")],
    OPTIONS,
  );
  assertEquals(names(outcome.started), ["a", "b"]);
  const failure = { name: "broken", reason: "the disk is full", kind: "not-found" };
  assertEquals([outcome.unchanged, outcome.failed], [[], [failure]]);
  assertEquals(cleaned, ["broken removed"]);
});

Deno.test("what could not be launched is removed only where a command has made it", async () => {
  for (
    const [start, source, expected] of [
      [{ isNew: true }, "command", "x removed"],
      [{ isNew: true }, "file", "x given up: the disk is full"],
      [{ isNew: false }, "command", "x given up: the disk is full"],
    ] as const
  ) {
    const { cleaned, make } = recorder();
    await executeStarts([make("x", { launch: full, ...start })], { ...OPTIONS, source });
    assertEquals(cleaned, [expected]);
  }
});

Deno.test("what may not start because of another is cleaned up like what could not", async () => {
  const { cleaned, make } = recorder();
  const prerequisites = Promise.reject(new Deno.errors.Interrupted("it depends on 'db'"));
  const launch = () => Promise.reject(new Error("it must not be launched"));
  const { failed } = await executeStarts([make("web", { prerequisites, launch })], OPTIONS);
  assertEquals(failed, [{ name: "web", reason: "it depends on 'db'", kind: "ended" }]);
  assertEquals(cleaned, ["web removed"]);
});

Deno.test("one that another start was faster with is unchanged only where it is to be left", async () => {
  const outcomeOf = async (if_running: "leave" | "restart" | "refuse") => {
    const options = { ...OPTIONS, if_running };
    const { make } = recorder();
    const { unchanged, failed } = await executeStarts([make("x", { launch: runs })], options);
    return [unchanged, failed.map(({ kind }) => kind)];
  };
  assertEquals(await outcomeOf("leave"), [["x"], []]);
  assertEquals(await outcomeOf("restart"), [[], ["exists"]]);
  assertEquals(await outcomeOf("refuse"), [[], ["exists"]]);
});

Deno.test("one that dies in its first moments has failed, but stays to be started again by its policy", async () => {
  const { cleaned, make } = recorder();
  const { run, end } = fakeRun();
  end({ code: 1, signal: null });
  const dies = () => [make("x", { launch: () => Promise.resolve(run) })];
  assertEquals(names((await executeStarts(dies(), OPTIONS)).failed), ["x"]);
  const { started } = await executeStarts(dies(), { ...OPTIONS, may_end: true });
  assertEquals(names(started), ["x"]);
  assertEquals(cleaned, []);
});
