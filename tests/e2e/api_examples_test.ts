import { assertEquals } from "@std/assert";
import { testNeeding } from "../test_needing.ts";
import { Tsm, tsmCommand, until, withoutWaits } from "./harness.ts";

testNeeding(["curl", "jq"], "the examples of docs/api.md do what the page says", async () => {
  await using tsm = new Tsm();
  await tsm.ok("start", "echo hello; exec sleep 1000", "--name", "web");
  await until("its line", () => tsm.read("runtime", "processes", "web", "current.out") !== "");
  const page = await Deno.readTextFile(new URL("../../docs/api.md", import.meta.url));
  const examples = [...page.matchAll(/^```sh\n([^]*?)^```/gm)].map(([, code]) => code).join("\n");
  const words = tsmCommand().map((word) => `'${word}'`).join(" ");
  tsm.write("tsm", `#!/bin/sh\nexec ${words} "$@"\n`, 0o755);
  const shell = tsm.shell(`set -e\n${examples}\nwait`, [], {
    env: { PATH: `${tsm.work}:${Deno.env.get("PATH")}` },
  });
  const { stdout, stderr } = await shell.output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals(withoutWaits(decode(stderr)), "");
  // The restart tells of itself while the stream tells of it.
  assertEquals(decode(stdout).replace(/^Restarted .*\n/m, "").split("\n"), [
    "web online",
    "hello",
    "web",
    "online",
    "this token may only read; the one of runtime/supervisor.json may do more",
    "restart",
    "online",
    "worker",
    "",
  ]);
});
