import * as v from "valibot";
import { describeIssues } from "../../files/describe_issues.ts";
import type { Connection } from "./bounded_server.ts";
import type { DeepReadonly } from "../answer.ts";
import type { Read } from "../read.ts";

/** A question as it came. */
export interface ReadRequest<Query> {
  /** What stands for `{name}` in its path; `""` where that has none. */
  readonly name: string;
  readonly query: Query;
  readonly headers: Headers;
  readonly connection: Connection;
}

/** A question before its parameters are looked at. */
interface RawRequest extends Omit<ReadRequest<never>, "query"> {
  readonly searchParams: URLSearchParams;
}

/** What answers one kind of question. */
export interface ReadRoute {
  /** Whether a path is that of the question, and what stands for `{name}` in it. */
  match(pathname: string): { readonly name: string } | undefined;
  answer(request: RawRequest): Promise<Response>;
}

/**
 * Joins a question with what answers it.
 *
 * @param handle Returns what is sent as JSON, or an answer of its own, as a stream is.
 * @throws {Deno.errors.InvalidData} from `answer`, if a parameter is wrong, unknown, or there twice.
 */
export function readRoute<Query, Answer>(
  read: Read<Query, Answer>,
  handle: (
    request: ReadRequest<Query>,
  ) => Promise<DeepReadonly<Answer> | Response> | DeepReadonly<Answer> | Response,
): ReadRoute {
  const parts = read.path.split("/");
  return {
    match(pathname) {
      const given = pathname.split("/");
      if (given.length !== parts.length) return undefined;
      let name = "";
      for (const [index, part] of parts.entries()) {
        if (part === "{name}") name = given[index]!;
        else if (part !== given[index]) return undefined;
      }
      return { name };
    },
    async answer({ searchParams, ...request }) {
      const query = readQuery(read, searchParams);
      const answer = await handle({ ...request, name: decoded(request.name), query });
      return answer instanceof Response ? answer : Response.json(answer);
    },
  };
}

function readQuery<Query>({ path, query }: Read<Query, unknown>, given: URLSearchParams): Query {
  const twice = [...given.keys()].find((key) => given.getAll(key).length > 1);
  if (twice !== undefined) {
    throw new Deno.errors.InvalidData(`Cannot read ${path}: '${twice}' is there twice`);
  }
  const result = v.safeParse(query, Object.fromEntries(given));
  if (result.success) return result.output;
  throw new Deno.errors.InvalidData(`Cannot read ${path}: ${describeIssues(result.issues)}`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Deno.errors.InvalidData(`Cannot read '${text}': it is not UTF-8 in percent-encoding`);
  }
}
