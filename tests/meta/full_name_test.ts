import { assertEquals } from "@std/assert";
import { fullName } from "../../src/meta/full_name.ts";

Deno.test("a port or number stands behind a name, once", () => {
  assertEquals(fullName("api", null), "api");
  assertEquals(fullName("api", 3000), "api-3000");
  assertEquals(fullName("api-3000", 3000), "api-3000");
  assertEquals(fullName("api3000", 3000), "api3000-3000");
  assertEquals(fullName("worker", 0), "worker-0");
});
