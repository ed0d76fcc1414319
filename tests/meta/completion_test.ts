import { assertEquals } from "@std/assert";
import { isCompletion } from "../../src/meta/completion.ts";

Deno.test("a job has done its work when it ends with code 0, one that is to run always never has", () => {
  const jobs = [{ autorestart: "on-failure" }, { autorestart: "never" }] as const;
  for (const job of jobs) {
    assertEquals([0, 1, null].map((code) => isCompletion(job, code)), [true, false, false]);
  }
  assertEquals([0, 1, null].map((code) => isCompletion({}, code)), [false, false, false]);
});

Deno.test("an exit code among stop_exit_codes is an end, whatever the restart policy", () => {
  assertEquals([0, 3, 4].map((code) => isCompletion({ stop_exit_codes: [3] }, code)), [
    false,
    true,
    false,
  ]);
});
