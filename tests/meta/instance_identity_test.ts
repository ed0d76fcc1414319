import { assertEquals } from "@std/assert";
import { instanceFullName, instancePort } from "../../src/meta/instance_identity.ts";

Deno.test("an instance is called by its port, else by its number; one that shares its port by both", () => {
  const name = (instances: number, port: number | null, share_port: boolean) =>
    instanceFullName("api", { instance: 1, instances, port, share_port });
  assertEquals(name(1, null, false), "api");
  assertEquals(name(1, 3000, false), "api-3000");
  assertEquals(name(4, 3001, false), "api-3001");
  assertEquals(name(4, null, false), "api-1");
  assertEquals(name(4, null, true), "api-1");
  assertEquals(name(4, 3000, true), "api-3000-1");
  assertEquals(name(1, 3000, true), "api-3000");
});

Deno.test("instances that share their port have that of the first", () => {
  assertEquals(instancePort(3000, 2, { increment: 10, share_port: false }), 3020);
  assertEquals(instancePort(3000, 2, { increment: 10, share_port: true }), 3000);
});
