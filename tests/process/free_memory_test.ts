import { assert } from "@std/assert";
import { MEMORY_VARIABLES } from "../../src/program/own_environment.ts";

const MODULE = new URL("../../src/process/free_memory.ts", import.meta.url).href;

// A program of its own: Deno reads the variable when it starts.
const PROGRAM = `
import { freeMemory } from ${JSON.stringify(MODULE)};

const many = [];
for (let number = 0; number < 1_000_000; number++) many.push({ number });
const grown = Deno.memoryUsage().heapTotal;
many.length = 0;
let after = grown;
// V8 by itself collects a part of it, and may keep more than one order leaves.
for (let turn = 0; turn < Number(Deno.args[0]) && after > grown / 4; turn++) {
  if (turn % 20 === 0) freeMemory();
  await new Promise((resolve) => setTimeout(resolve, 25));
  after = Deno.memoryUsage().heapTotal;
}
console.log(JSON.stringify({ grown, after }));
`;

Deno.test("freeMemory() gives back what work has left, with the variables of a supervisor", async () => {
  const { grown, after } = await heapOfProgram(MEMORY_VARIABLES, 400);
  assert(after <= grown / 4, `${grown} -> ${after}`);
});

Deno.test("freeMemory() does not end a program that was started without them", async () => {
  const { grown } = await heapOfProgram({}, 4);
  assert(grown > 0);
});

/** The heap of a program that leaves garbage, in bytes: with it, and at most `turns` looks later. */
async function heapOfProgram(
  env: Readonly<Record<string, string>>,
  turns: number,
): Promise<{ readonly grown: number; readonly after: number }> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", PROGRAM, String(turns)],
    env,
    stdin: "null",
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}
