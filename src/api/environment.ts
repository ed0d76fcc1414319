import * as v from "valibot";

/** The check of the environment a request brings: what `execve` cannot hand over is refused. */
export const sentEnvironmentSchema = v.record(
  v.pipe(v.string(), v.regex(/^[^=\0][^\0=]*$/, "is no name of a variable")),
  v.pipe(v.string(), v.regex(/^[^\0]*$/, "holds a NUL character")),
);
