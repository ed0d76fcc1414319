/**
 * Types of the parts of `@std` that are used: the npm build ships none. They
 * agree with the real library, so that mapping the names to `jsr:@std/…` in
 * `deno.json` needs no change in the code.
 */
declare module "@std/assert" {
  /** A class with any constructor: whatever it takes, nothing is more than `never`. */
  type ErrorClass<E extends Error> = abstract new (...args: never[]) => E;
  export class AssertionError extends Error {}
  export function assert(expr: unknown, msg?: string): asserts expr;
  export function assertEquals<T>(actual: T, expected: T, msg?: string): void;
  export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void;
  export function assertStringIncludes(actual: string, expected: string, msg?: string): void;
  export function assertMatch(actual: string, expected: RegExp, msg?: string): void;
  export function assertNotMatch(actual: string, expected: RegExp, msg?: string): void;
  export function assertThrows(fn: () => unknown, msg?: string): unknown;
  export function assertThrows<E extends Error = Error>(
    fn: () => unknown,
    ErrorClass: ErrorClass<E>,
    msgIncludes?: string,
    msg?: string,
  ): E;
  export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
  export function assertRejects<E extends Error = Error>(
    fn: () => PromiseLike<unknown>,
    ErrorClass: ErrorClass<E>,
    msgIncludes?: string,
    msg?: string,
  ): Promise<E>;
  export function fail(msg?: string): never;
}

declare module "@std/data-structures/binary-heap" {
  export class BinaryHeap<T> {
    constructor(compare?: (a: T, b: T) => number);
    push(...values: T[]): number;
    peek(): T | undefined;
    pop(): T | undefined;
  }
}

declare module "@std/semver/compare" {
  import type { SemVer } from "@std/semver/try-parse";
  export function compare(version1: SemVer, version2: SemVer): -1 | 0 | 1;
}

declare module "@std/semver/try-parse" {
  export interface SemVer {
    major: number;
    minor: number;
    patch: number;
    prerelease?: (string | number)[];
    build?: string[];
  }
  export function tryParse(value: string): SemVer | undefined;
}

declare module "@std/path/posix" {
  export function basename(path: string, suffix?: string): string;
  export function dirname(path: string): string;
  export function extname(path: string): string;
  export function globToRegExp(
    glob: string,
    options?: { extended?: boolean; globstar?: boolean; caseInsensitive?: boolean },
  ): RegExp;
  export function fromFileUrl(url: string | URL): string;
  export function isAbsolute(path: string): boolean;
  export function join(path: string, ...paths: string[]): string;
  export function relative(from: string, to: string): string;
  export function resolve(...pathSegments: string[]): string;
}

declare module "@std/cli/parse-args" {
  interface ParseOptions {
    string?: readonly string[];
    boolean?: readonly string[];
    collect?: readonly string[];
    alias?: Readonly<Record<string, string | readonly string[]>>;
    "--"?: boolean;
    stopEarly?: boolean;
    unknown?: (arg: string, key?: string, value?: unknown) => unknown;
  }
  interface Args {
    _: (string | number)[];
    "--"?: string[];
    [flag: string]: unknown;
  }
  export function parseArgs(args: string[], options?: ParseOptions): Args;
}

declare module "@std/crypto/timing-safe-equal" {
  export function timingSafeEqual(
    a: ArrayBufferView | ArrayBufferLike | DataView,
    b: ArrayBufferView | ArrayBufferLike | DataView,
  ): boolean;
}

declare module "@std/text/closest-string" {
  export function closestString(
    givenWord: string,
    possibleWords: string[],
    options?: { caseSensitive?: boolean },
  ): string;
}

declare module "@std/streams" {
  export class TextLineStream extends TransformStream<string, string> {
    constructor(options?: { allowCR?: boolean });
  }
}

declare module "@std/async/delay" {
  export function delay(
    milliseconds: number,
    options?: { readonly signal?: AbortSignal },
  ): Promise<void>;
}

declare module "@std/jsonc" {
  type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
  export function parse(text: string): JsonValue;
}

declare module "@std/yaml" {
  export function parse(content: string): unknown;
}
