import { assertEquals } from "@std/assert";
import { withPreload } from "../../src/program/node_options.ts";

Deno.test("node gets the preload besides the options that it has", () => {
  const preload = "/srv/tsm/runtime/preload.cjs";
  assertEquals(withPreload({ TSM_SEND_SOCKET: "/s" }, preload), {
    TSM_SEND_SOCKET: "/s",
    NODE_OPTIONS: `--require ${preload}`,
  });
  assertEquals(withPreload({ NODE_OPTIONS: "--inspect=0 --import ./a.mjs" }, preload), {
    TSM_SEND_SOCKET: "",
    NODE_OPTIONS: `--inspect=0 --import ./a.mjs --require ${preload}`,
  });
});

Deno.test("a preload whose path has blanks, quotes or backslashes is one word to node", () => {
  const { NODE_OPTIONS } = withPreload({}, String.raw`/my "own" \root/preload.cjs`);
  assertEquals(NODE_OPTIONS, String.raw`--require "/my \"own\" \\root/preload.cjs"`);
});

Deno.test("the process of another user gets the preload whole, in one word and without comments", () => {
  const { NODE_OPTIONS } = withPreload({ NODE_OPTIONS: "--inspect" }, null);
  const [inspect, flag, url, ...rest] = NODE_OPTIONS!.split(" ");
  assertEquals([inspect, flag, rest], ["--inspect", "--import", []]);
  const code = decodeURIComponent(url!);
  assertEquals(code.startsWith("data:text/javascript,import { createRequire }"), true);
  assertEquals(/reusePort/.test(code), true);
  assertEquals(/The supervisor|Deno runs it/.test(code), false);
});
