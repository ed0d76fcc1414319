import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path/posix";
import { Tsm } from "../e2e/harness.ts";

const PROJECT = fromFileUrl(new URL("../..", import.meta.url));
/** Whose examples are run; what the library needs is what `connect` says. */
const MODULES = ["mod.ts", "src/client/connect.ts", "src/client/tsm.ts"];
/** Milliseconds that an example, or a look at its types, may take on the slowest of machines. */
const LONG = 300_000;
const PERMISSIONS = [
  "--allow-read",
  "--allow-env",
  "--allow-net=127.0.0.1",
  "--allow-sys=uid",
];

/** What the examples print, in their order. */
const PRINTED: Readonly<Record<string, readonly string[]>> = {
  "mod.ts": ["start web\nonline web\n"],
  "src/client/connect.ts": ["VERSION\n"],
  "src/client/tsm.ts": ["online\n", "online\n", "out ready\n", "start web\nonline web\n"],
};

/** The examples in the comments of a module. */
function examplesIn(module: string): string[] {
  const comments = Deno.readTextFileSync(`${PROJECT}/${module}`).replace(/^[ \t]*\/?\*\*? ?/gm, "");
  return [...comments.matchAll(/^```ts\n([^]*?)^```/gm)].map(([, code]) => code!);
}

/** The module that an example is. */
function moduleOf(example: string): string {
  return example.replace('"./mod.ts"', `"${PROJECT}mod.ts"`);
}

const CONFIG = `--config=${PROJECT}deno.json`;
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("the types of the examples are right", async () => {
  await using tsm = new Tsm();
  const files = MODULES.flatMap(examplesIn).map((example, index) =>
    tsm.write(`example_${index}.ts`, moduleOf(example))
  );
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", CONFIG, ...files],
    signal: AbortSignal.timeout(LONG),
  }).output();
  assertEquals(code, 0, decode(stderr));
});

for (const module of MODULES) {
  Deno.test(`the examples in ${module} print what they should`, async () => {
    const printed: string[] = [];
    for (const example of examplesIn(module)) {
      await using tsm = new Tsm();
      const { version } = JSON.parse(await tsm.ok("ping", "--start", "--json"));
      const file = tsm.write("example.ts", moduleOf(example));
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", "--no-check", "--no-prompt", CONFIG, ...PERMISSIONS, file],
        env: { TSM_ROOT: tsm.root },
        cwd: tsm.work,
        signal: AbortSignal.timeout(LONG),
      }).output();
      assertEquals(code, 0, `${example}\n${decode(stderr)}`);
      // The supervisor's own events say nothing of the example.
      printed.push(
        decode(stdout).replace(/^supervisor_start null\n/gm, "").replace(version, "VERSION"),
      );
    }
    assertEquals(printed, PRINTED[module]);
  });
}
