import { assertEquals } from "@std/assert";
import { MemoryKeeper } from "../../src/supervisor/memory_keeper.ts";

Deno.test("look() frees memory behind the boot, and behind each burst of launches", () => {
  let freed = 0;
  const keeper = new MemoryKeeper(() => freed++);
  const look = (launches: number) => {
    keeper.look(launches);
    return freed;
  };
  assertEquals(look(1), 1, "behind the boot");
  assertEquals(look(1), 1, "at rest");
  assertEquals(look(1001), 1, "while a burst lasts");
  assertEquals(look(2001), 1, "while it goes on");
  assertEquals(look(2002), 2, "behind it");
  assertEquals(look(2002), 2, "at rest");
});
