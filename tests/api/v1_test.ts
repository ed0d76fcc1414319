/**
 * Holds what docs/api.md promises: within `/v1` paths, parameters and fields are only added. The
 * record is `v1.txt`; `./scripts/deno task docs` adds what is new to it, and forgets nothing.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { brokenPromises, parseRecord, RECORD, surfaceOf } from "../../scripts/api_surface.ts";
import { openapi, OPENAPI_FILE } from "../../scripts/openapi.ts";

Deno.test("within /v1 nothing is taken away, and nothing new is demanded", () => {
  const now = surfaceOf(JSON.parse(openapi()));
  const before = parseRecord(Deno.readTextFileSync(RECORD));
  assertEquals(brokenPromises(before, now), []);
  const known = new Set(before.lines);
  const unrecorded = now.lines.filter((line) => !known.has(line));
  assertEquals(unrecorded, [], "new in the API: './scripts/deno task docs' records it");
});

Deno.test("the description of the API is that of the code", () => {
  assertEquals(
    Deno.readTextFileSync(OPENAPI_FILE),
    openapi(),
    "'./scripts/deno task docs' writes it",
  );
});

Deno.test("a field that goes, a type that changes and a field that is demanded are found", () => {
  const description = (
    fields: Readonly<Record<string, { readonly type: string }>>,
    required: readonly string[],
    answer: string,
  ) => ({
    paths: {
      "/v1/x": {
        post: {
          requestBody: {
            content: { json: { schema: { type: "object", properties: fields, required } } },
          },
          responses: { 200: { content: { json: { schema: { type: answer } } } } },
        },
      },
    },
    components: { schemas: {} },
  });
  const text = { type: "string" };
  const before = surfaceOf(description({ a: text, b: text }, ["a"], "object"));
  const added = surfaceOf(description({ a: text, b: text, c: text }, ["a"], "object"));
  assertEquals(brokenPromises(before, added), []);
  assertEquals(brokenPromises(before, surfaceOf(description({ a: text }, ["a"], "array"))), [
    "gone: POST /v1/x answers 200 json: object",
    "gone: POST /v1/x takes json.b: string",
  ]);
  assertEquals(
    brokenPromises(before, surfaceOf(description({ a: text, b: text }, ["a", "b"], "object"))),
    [
      "demanded now: POST /v1/x takes json.b",
    ],
  );
});
