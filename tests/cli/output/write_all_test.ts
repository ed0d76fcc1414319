import { assertEquals, assertThrows } from "@std/assert";
import { writeAll } from "../../../src/cli/output/write_all.ts";

/** Takes a few bytes at a time, and none at every second call. */
class SlowPipe {
  readonly taken: number[] = [];
  #calls = 0;

  writeSync(bytes: Uint8Array): number {
    if (this.#calls++ % 2 === 0) throw new Deno.errors.WouldBlock("full");
    const some = bytes.subarray(0, 3);
    this.taken.push(...some);
    return some.length;
  }
}

Deno.test("all is written, also to a pipe that is full or takes little at a time", () => {
  const pipe = new SlowPipe();
  writeAll(pipe, "grüße aus 漢字\n");
  assertEquals(new TextDecoder().decode(new Uint8Array(pipe.taken)), "grüße aus 漢字\n");
});

Deno.test("a reader that is gone is told", () => {
  const pipe = {
    writeSync(): number {
      throw new Deno.errors.BrokenPipe("gone");
    },
  };
  assertThrows(() => writeAll(pipe, "text"), Deno.errors.BrokenPipe);
});
