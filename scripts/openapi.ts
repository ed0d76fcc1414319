/**
 * Makes the description of the control API for programs: OpenAPI 3.1, from the schemas that check
 * what is sent.
 *
 * Format: https://spec.openapis.org/oas/v3.1.1.html
 *
 * @module
 */
import { toJsonSchema } from "@valibot/to-json-schema";
import type { GenericSchema } from "valibot";
import { MESSAGES, READS } from "./api_description.ts";
import { PROBLEM_KINDS, PROBLEM_TYPE } from "../src/api/errors.ts";
import type { Message } from "../src/api/message.ts";
import type { Read } from "../src/api/read.ts";
import { metaSchema } from "../src/api/schemas/meta.ts";
import { specSchema } from "../src/meta/spec.ts";

/** A schema of JSON Schema, as OpenAPI has it. */
type JsonSchema = Readonly<Record<string, unknown>>;

/** The file it is kept in, from which `tsm api openapi` and `GET /v1/openapi.json` tell it. */
export const OPENAPI_FILE: URL = new URL("../src/api/openapi.json", import.meta.url);

/** Schemas that have a name of their own in the description. */
const NAMED: ReadonlyMap<GenericSchema, string> = new Map<GenericSchema, string>([
  [metaSchema, "Process"],
  [specSchema, "Settings"],
]);

const PROBLEM_SCHEMA: JsonSchema = {
  description: "What went wrong: problem details (RFC 9457).",
  type: "object",
  properties: {
    type: { type: "string", const: "about:blank" },
    title: { type: "string", description: "What HTTP calls the status." },
    status: { type: "integer" },
    detail: { type: "string", description: "What was asked, why it failed, what to do next." },
    kind: { enum: PROBLEM_KINDS, description: "Which problem it is, for programs." },
    error: { type: "object", description: "The same for tsm before 0.2; not for others." },
  },
  required: ["type", "title", "status", "detail", "kind"],
};

const PROBLEMS = {
  "4XX": { $ref: "#/components/responses/Problem" },
  "5XX": { $ref: "#/components/responses/Problem" },
};

/** The description, as it stands in {@linkcode OPENAPI_FILE}. */
export function openapi(): string {
  const description = {
    openapi: "3.1.1",
    info: {
      title: "tsm",
      version: "1",
      summary: "The control API of a tsm supervisor",
      description: "Within /v1 fields, parameters and paths are added, never taken or changed. " +
        "Times are epoch seconds in answers; in parameters also ISO 8601, or a duration ago as 10m.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{
      url: "http://127.0.0.1:{port}",
      description: "The supervisor of one root, on the machine it runs on",
      variables: {
        port: { default: "0", description: "As runtime/supervisor.json has it; it changes" },
      },
    }],
    security: [{ token: [] }],
    tags: [
      { name: "read", description: "Questions; a token that may only read opens them too" },
      { name: "act", description: "Actions" },
    ],
    paths: {
      ...Object.fromEntries(READS.map((read) => [read.path, { get: readOperation(read) }])),
      "/v1/openapi.json": { get: OPENAPI_OPERATION },
      "/metrics": { get: METRICS_OPERATION },
      ...Object.fromEntries(
        MESSAGES.map((message) => [`/v1/${message.name}`, { post: actOperation(message) }]),
      ),
    },
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
      responses: {
        Problem: {
          description: "What went wrong",
          content: { [PROBLEM_TYPE]: { schema: { $ref: "#/components/schemas/Problem" } } },
        },
      },
      schemas: {
        Problem: PROBLEM_SCHEMA,
        ...Object.fromEntries([...NAMED].map(([schema, name]) => [name, plainSchema(schema)])),
      },
    },
  };
  return `${JSON.stringify(description, null, 2)}\n`;
}

const OPENAPI_OPERATION = {
  operationId: "openapi",
  summary: "This description",
  tags: ["read"],
  responses: {
    200: { description: "OpenAPI 3.1", content: { "application/json": { schema: {} } } },
    ...PROBLEMS,
  },
};

const METRICS_OPERATION = {
  operationId: "metrics",
  summary: "What processes use, for Prometheus; a token of its own opens it too",
  tags: ["read"],
  responses: {
    200: {
      description: "OpenMetrics, or the text format of Prometheus",
      content: { "text/plain": { schema: { type: "string" } } },
    },
    ...PROBLEMS,
  },
};

function readOperation({ name, path, summary, query, answer, events }: Read<unknown, unknown>) {
  const parameters = [
    ...path.includes("{name}") ? [NAME_PARAMETER] : [],
    ...queryParameters(query),
    ...events !== undefined && path === "/v1/events" ? [LAST_EVENT_ID] : [],
  ];
  const content = {
    "application/json": { schema: schemaOf(answer, "output") },
    ...events === undefined ? {} : {
      "text/event-stream": {
        schema: {
          type: "string",
          description: `Server-sent events; the data of each is JSON: ${
            Object.keys(events).join(", ")
          }.`,
        },
      },
    },
  };
  return {
    operationId: name,
    summary,
    tags: ["read"],
    ...parameters.length === 0 ? {} : { parameters },
    responses: { 200: { description: "The answer", content }, ...PROBLEMS },
  };
}

const NAME_PARAMETER = {
  name: "name",
  in: "path",
  required: true,
  description: "The full name of a process, or its id",
  schema: { type: "string" },
};

const LAST_EVENT_ID = {
  name: "Last-Event-ID",
  in: "header",
  description: "The id of the last event that arrived: a stream goes on behind it",
  schema: { type: "string" },
};

/** A parameter in the query of an address. */
interface QueryParameter {
  readonly name: string;
  readonly in: "query";
  readonly required: boolean;
  readonly description: string;
  readonly schema: JsonSchema;
}

/** The parameters that a question takes. */
export function queryParameters(query: GenericSchema): readonly QueryParameter[] {
  const { properties = {}, required = [] } = schemaOf(query, "input") as {
    readonly properties?: Readonly<Record<string, JsonSchema>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: "query",
    required: required.includes(name),
    description: String(description),
    schema,
  }));
}

function actOperation({ name, summary, schema, answer }: Message<unknown, unknown>) {
  return {
    operationId: name,
    summary,
    tags: ["act"],
    requestBody: {
      required: true,
      content: { "application/json": { schema: schemaOf(schema, "input") } },
    },
    responses: {
      200: {
        description: "What was done",
        content: { "application/json": { schema: schemaOf(answer, "output") } },
      },
      ...PROBLEMS,
    },
  };
}

/** The names of the fields that a body has; with a `?` those that may be left out. */
export function fieldsOf(schema: GenericSchema): readonly string[] {
  const { properties = {}, required = [] } = schemaOf(schema, "input") as {
    readonly properties?: JsonSchema;
    readonly required?: readonly string[];
  };
  return Object.keys(properties).map((name) => required.includes(name) ? name : `${name}?`);
}

/** The schema, with references to those that have a name. */
function schemaOf(schema: GenericSchema, typeMode: "input" | "output"): JsonSchema {
  return NAMED.has(schema) ? referenceTo(schema) : plainSchema(schema, typeMode);
}

function plainSchema(schema: GenericSchema, typeMode: "input" | "output" = "output"): JsonSchema {
  const { $schema: _, ...rest } = toJsonSchema(schema, {
    typeMode,
    target: "draft-2020-12",
    // Checks that no schema can express are left out: the supervisor checks them all the same.
    errorMode: "ignore",
    overrideSchema: ({ valibotSchema }) =>
      valibotSchema !== schema && NAMED.has(valibotSchema as GenericSchema)
        ? referenceTo(valibotSchema as GenericSchema)
        : undefined,
  });
  return rest as JsonSchema;
}

function referenceTo(schema: GenericSchema): JsonSchema {
  return { $ref: `#/components/schemas/${NAMED.get(schema)}` };
}
