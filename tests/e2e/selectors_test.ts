import { assertEquals, assertStringIncludes } from "@std/assert";
import { freePort, Tsm } from "./harness.ts";

Deno.test("what a user has named is meant rather than a namespace; a change is refused", async () => {
  await using tsm = new Tsm();
  const port = freePort();
  const shop = `shop-${port}`;
  await tsm.ok("start", "sleep 1000", "--name", "shop", "--port", String(port));
  await tsm.ok("start", "sleep 1000", "--name", "worker", "--namespace", "shop");
  assertStringIncludes(await tsm.ok("env", "shop"), `TSM_NAME=${shop}\n`);
  assertStringIncludes(
    await tsm.fails(64, "stop", "shop"),
    `Cannot stop 'shop': it is the name of ${shop}, and the namespace of worker; ` +
      "give the ids: 1 for the name, 2 for the namespace",
  );
  assertEquals(Object.keys(await tsm.list()), [shop, "worker"]);
  assertEquals(await tsm.ok("stop", "1"), `Stopped and removed ${shop}\n`);
  // Where nothing is called so any more, the namespace is meant.
  assertEquals(await tsm.ok("stop", "shop"), "Stopped and removed worker\n");
});
