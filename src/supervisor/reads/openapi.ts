import * as v from "valibot";
import { type ReadRoute, readRoute } from "../../api/server/read_route.ts";

/** Tells the description of the API; it is loaded for that alone, since it is long. */
export function openapiRoute(): ReadRoute {
  return readRoute({
    name: "openapi",
    path: "/v1/openapi.json",
    summary: "This description",
    query: v.strictObject({}),
    answer: v.unknown(),
  }, async () => {
    const { OPENAPI } = await import("../../api/openapi.ts");
    return new Response(OPENAPI, { headers: { "content-type": "application/json" } });
  });
}
