import description from "./openapi.json" with { type: "text" };

/**
 * The description of the control API for programs (OpenAPI 3.1), made by `deno task docs` from
 * the schemas of its messages and questions.
 */
export const OPENAPI: string = description;
