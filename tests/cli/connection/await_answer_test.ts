import { assert, assertEquals, assertRejects } from "@std/assert";
import { BoundedServer } from "../../../src/api/server/bounded_server.ts";
import { pingMessage } from "../../../src/api/messages/ping.ts";
import { shutdownMessage } from "../../../src/api/messages/shutdown.ts";
import { createApi, type Route, route } from "../../../src/api/server/server.ts";
import { awaitAnswer } from "../../../src/cli/connection/await_answer.ts";

const TOKEN = "0".repeat(64);
const PATIENCE = { look: 50, notice: 100, silence: 400 };

/** A command that notes what it says on standard error. */
class Waiting {
  readonly quiet = false;
  readonly said: string[] = [];
  readonly timeout: string | undefined;
  constructor(timeout?: string) {
    this.timeout = timeout;
  }
  warn(line: string): void {
    this.said.push(line);
  }
}

/** A supervisor that answers `routes`. */
async function withSupervisor(
  routes: readonly Route[],
  action: (address: Parameters<typeof awaitAnswer>[1]) => Promise<void>,
): Promise<void> {
  const handler = createApi({
    routes,
    tokens: { all: TOKEN, lasting: () => undefined },
    onError: () => {},
  });
  const server = new BoundedServer({ port: 0, handler, onReopened: () => {} });
  try {
    await action({ pid: 1, port: server.port, token: TOKEN, version: "", started: 0 });
  } finally {
    await server.shutdown();
  }
}

/** What a stopped supervisor is like: the kernel takes connections, and nobody answers. */
async function withSilence(action: (address: Parameters<typeof awaitAnswer>[1]) => Promise<void>) {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  await action({ pid: 1, port, token: TOKEN, version: "", started: 0 });
}

const answer = { pid: 1, stopped: [], failed: [] };
const ping = route(pingMessage, () => ({
  pid: 1,
  version: "",
  started: 0,
  processes: 0,
  foreground: false,
}));

Deno.test("a supervisor that works for long is waited for, and nothing is said", async () => {
  const work = Promise.withResolvers<typeof answer>();
  const routes = [ping, route(shutdownMessage, () => work.promise)];
  await withSupervisor(routes, async (address) => {
    const waiting = new Waiting();
    // A busy machine may take its time for each answer.
    const patience = { look: 1000, notice: 1500, silence: 2000 };
    setTimeout(() => work.resolve(answer), patience.silence * 2);
    const body = { keep_processes: true };
    const options = { patience };
    assertEquals(await awaitAnswer(waiting, address, shutdownMessage, body, options), answer);
    assertEquals(waiting.said, []);
  });
});

Deno.test("a supervisor that is silent is named once, and given up, saying what to do", async () => {
  await withSilence(async (address) => {
    const waiting = new Waiting();
    const ask = () => awaitAnswer(waiting, address, pingMessage, {}, { patience: PATIENCE });
    const asked = [ask(), ask()].map((one) =>
      assertRejects(() => one, Deno.errors.TimedOut, "'kill -CONT 1' has it go on")
    );
    await Promise.all(asked);
    assertEquals(waiting.said, [
      "tsm: waiting for the supervisor (pid 1), which does not answer …",
    ]);
  });
});

Deno.test("--timeout ends the wait, whatever it is for, and takes a duration", async () => {
  const work = Promise.withResolvers<typeof answer>();
  const routes = [ping, route(shutdownMessage, () => work.promise)];
  await withSupervisor(routes, async (address) => {
    const ask = (timeout: string) =>
      awaitAnswer(new Waiting(timeout), address, shutdownMessage, { keep_processes: true });
    await assertRejects(() => ask("300ms"), Deno.errors.TimedOut, "is at work on it for 0.");
    await assertRejects(() => ask("soon"), Deno.errors.InvalidData, "--timeout");
    work.resolve(answer);
  });
  await withSilence(async (address) => {
    const begun = performance.now();
    await assertRejects(
      () => awaitAnswer(new Waiting("300ms"), address, pingMessage, {}),
      Deno.errors.TimedOut,
      "has not answered",
    );
    assert(performance.now() - begun < 60_000);
  });
});
