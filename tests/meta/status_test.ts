import { assertEquals } from "@std/assert";
import {
  hasEnded,
  isMeantToRun,
  isMeantToStop,
  isRunning,
  isUp,
  type Status,
  STATUSES,
} from "../../src/meta/status.ts";

const ANSWERS: readonly (readonly [
  question: string,
  ask: (status: Status) => boolean,
  yes: readonly Status[],
])[] = [
  ["is up", isUp, ["launching", "online", "stopping"]],
  ["runs", isRunning, ["online"]],
  ["has ended for good", hasEnded, ["stopped", "errored"]],
  ["is meant to run", isMeantToRun, ["launching", "online", "waiting", "errored"]],
  ["is meant to stop", isMeantToStop, ["stopped"]],
];

for (const [question, ask, yes] of ANSWERS) {
  Deno.test(`a process ${question} where it is ${yes.join(", ")}, and nowhere else`, () => {
    assertEquals(STATUSES.filter(ask), [...yes]);
  });
}

Deno.test("what is shown as dead is neither up nor running", () => {
  assertEquals([isUp("dead"), isRunning("dead")], [false, false]);
});
