import { assertEquals } from "@std/assert";
import { Places } from "../../src/async/places.ts";

Deno.test("no more places are taken than there are, in the order in which they were asked for", async () => {
  const places = new Places(2);
  const log: string[] = [];
  const work = async (name: string) => {
    using _place = await places.take();
    log.push(`${name} begins`);
    await Promise.resolve();
    await Promise.resolve();
    log.push(`${name} ends`);
  };
  await Promise.all(["a", "b", "c"].map(work));
  assertEquals(log, ["a begins", "b begins", "a ends", "b ends", "c begins", "c ends"]);
});
