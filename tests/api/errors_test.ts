import { assert, assertEquals } from "@std/assert";
import { fromErrorBody, toErrorResponse } from "../../src/api/errors.ts";

const KINDS = [
  [Deno.errors.InvalidData, 400],
  [Deno.errors.PermissionDenied, 403],
  [Deno.errors.NotFound, 404],
  [Deno.errors.AlreadyExists, 409],
  [Deno.errors.AddrInUse, 409],
  [Deno.errors.Busy, 409],
  [Deno.errors.Interrupted, 409],
  [Deno.errors.TimedOut, 504],
  [Deno.errors.NotConnected, 503],
] as const;

for (const [type, expected] of KINDS) {
  Deno.test(`${type.name} is ${expected} on the wire and the same class behind it`, () => {
    const { status, body } = toErrorResponse(new type("Cannot do it: because"));
    assertEquals(status, expected);
    const error = fromErrorBody(JSON.parse(JSON.stringify(body)), status);
    assertEquals(error.constructor, type);
    assertEquals(error.message, "Cannot do it: because");
  });
}

Deno.test("any other error is a 500 that keeps its message and tells no stack", () => {
  const { status, body } = toErrorResponse(new RangeError("odd"));
  assertEquals({ status, body }, {
    status: 500,
    body: { error: { kind: "failed", message: "odd" } },
  });
  const error = fromErrorBody(body, status);
  assertEquals([error.constructor, error.message], [Error, "odd"]);
  assertEquals(toErrorResponse("thrown text").body.error.message, "thrown text");
});

for (
  const body of [null, undefined, {}, [], "text", { error: null }, { error: { kind: "invalid" } }]
) {
  Deno.test(`an answer without a reason is an error all the same: ${JSON.stringify(body)}`, () => {
    const error = fromErrorBody(body, 502);
    assert(error.message.includes("status 502"));
  });
}
