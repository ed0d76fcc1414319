import { assert, assertEquals } from "@std/assert";
import { fromProblem, toProblem } from "../../src/api/errors.ts";

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
  [Deno.errors.WouldBlock, 503],
] as const;

for (const [type, expected] of KINDS) {
  Deno.test(`${type.name} is ${expected} on the wire and the same class behind it`, () => {
    const told = toProblem(new type("Cannot do it: because"));
    assertEquals(told.status, expected);
    const error = fromProblem(JSON.parse(JSON.stringify(told)), expected);
    assertEquals(error.constructor, type);
    assertEquals(error.message, "Cannot do it: because");
  });
}

Deno.test("any other error is a 500 that keeps its message and tells no stack", () => {
  const told = toProblem(new RangeError("odd"));
  assertEquals(told, {
    type: "about:blank",
    title: "Internal Server Error",
    status: 500,
    detail: "odd",
    kind: "failed",
    error: { kind: "failed", message: "odd" },
  });
  const error = fromProblem(told, 500);
  assertEquals([error.constructor, error.message], [Error, "odd"]);
  assertEquals(toProblem("thrown text").detail, "thrown text");
});

Deno.test("the problem of a supervisor before 0.2 is understood, and one of this version by a client before 0.2", () => {
  const old = { error: { kind: "busy", message: "Cannot: it is busy" } };
  assertEquals(fromProblem(old, 409).constructor, Deno.errors.Busy);
  assertEquals(toProblem(new Deno.errors.Busy("Cannot: it is busy")).error, old.error);
});

for (
  const body of [
    null,
    undefined,
    {},
    [],
    "text",
    { error: null },
    { error: { kind: "invalid" } },
    { kind: "invalid" },
    { detail: 5, kind: "invalid" },
  ]
) {
  Deno.test(`an answer without a reason is an error all the same: ${JSON.stringify(body)}`, () => {
    const error = fromProblem(body, 502);
    assert(error.message.includes("status 502"));
  });
}
