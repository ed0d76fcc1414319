import { assertEquals } from "@std/assert";
import type { DetailedEvent } from "../../../src/db/record_events.ts";
import type { EventName } from "../../../src/event_table.ts";
import { readTextIfThere } from "../../../src/files/read_text.ts";
import { checkSpec } from "../../../src/meta/spec.ts";
import { Notifier, type NotifierHost } from "../../../src/supervisor/notices/notifier.ts";
import { makeMeta } from "../../meta/make_meta.ts";
import { TemporaryRoot } from "../../temporary_root.ts";

const CRASH: DetailedEvent = { event: "crash", detail: { exit_code: 1, reason: `"'\n$(id)` } };

/** A supervisor that has one process, with a command for its crashes. */
function makeHost(temporary: TemporaryRoot, command: string, on_limit = 3) {
  const said: string[] = [];
  const recorded: EventName[] = [];
  const spec = checkSpec({
    command: "true",
    argv: ["true"],
    cwd: temporary.work,
    on: { crash: command },
    on_limit,
  });
  const host: NotifierHost = {
    root: temporary.root,
    rootPath: temporary.root.base,
    log: (text) => void said.push(text),
    process: (name) => name === "api" ? { meta: makeMeta({ name }), spec } : undefined,
    record: (event) => void recorded.push(event),
  };
  return { host, said, recorded };
}

function told(temporary: TemporaryRoot): Record<string, unknown>[] {
  const text = readTextIfThere(`${temporary.work}/told`) ?? "";
  return text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

Deno.test("of ten thousand crashes a few are told, the rest in one sum, and none is lost", async () => {
  using temporary = new TemporaryRoot();
  const { host, said } = makeHost(temporary, "cat >>told");
  const notifier = new Notifier(host);
  notifier.begin();
  for (let crash = 0; crash < 10_000; crash++) notifier.happened([CRASH], "api");
  await notifier.finish(30_000);
  await notifier.close(0);
  assertEquals(told(temporary).map(({ event }) => event), ["crash", "crash", "crash", "summary"]);
  assertEquals(told(temporary)[3]!["counts"], { crash: 9997 });
  assertEquals(told(temporary)[0]!["reason"], `"'\n$(id)`);
  assertEquals(said, []);
  assertEquals(readTextIfThere(temporary.root.noticesJson), undefined);
});

Deno.test("what waits is bounded: behind a command that does not end, the rest is summed up", async () => {
  using temporary = new TemporaryRoot();
  const { host } = makeHost(temporary, "while test ! -e go; do sleep 0.05; done; cat >>told", 1000);
  const notifier = new Notifier(host);
  notifier.begin();
  for (let crash = 0; crash < 1000; crash++) notifier.happened([CRASH], "api");
  await notifier.finish(0);
  const { waiting } = JSON.parse(Deno.readTextFileSync(temporary.root.noticesJson));
  assertEquals(waiting.length, 101);
  assertEquals(waiting.at(-1).notice.counts, { crash: 899 });
  // Who has left begins none of them; what runs may end.
  await notifier.close(0);
  temporary.write("go", "");
  await notifier.close(60_000);
  assertEquals(told(temporary).length, 1);
});

Deno.test("a full disk or a damaged file keeps nobody from being told", async () => {
  using temporary = new TemporaryRoot();
  const { root } = temporary;
  Deno.writeTextFileSync(root.noticesJson, `{"waiting": [{"notice": 1}, null], "summed`);
  const { host, said } = makeHost(temporary, "cat >>told");
  const notifier = new Notifier(host);
  notifier.begin();
  // As on a full disk, the file cannot be replaced.
  Deno.mkdirSync(`${root.noticesJson}.tmp/x`, { recursive: true });
  notifier.happened([CRASH, CRASH], "api");
  await notifier.close(30_000);
  assertEquals(told(temporary).length, 2);
  assertEquals(said.length, 2, said.join("\n"));
});
