import { assertEquals } from "@std/assert";
import { KeyDecoder } from "../../../src/cli/monit/decode_keys.ts";

function decode(...reads: string[]): string[] {
  const decoder = new KeyDecoder();
  return reads.flatMap((text) => decoder.push(new TextEncoder().encode(text)));
}

Deno.test("characters are keys, those of other scripts as well", () => {
  assertEquals(decode("q/ü漢🚀"), ["q", "/", "ü", "漢", "🚀"]);
});

Deno.test("keys that are no characters have names", () => {
  assertEquals(decode("\x1b[A\x1bOB\x1b[5~\x1b[6~\x1b[H\r\x7f\x1a\x03"), [
    "up",
    "down",
    "pageup",
    "pagedown",
    "home",
    "enter",
    "backspace",
    "ctrl-z",
    "ctrl-c",
  ]);
  assertEquals(decode("\x1b"), ["escape"]);
});

Deno.test("what is torn between two reads is put together", () => {
  assertEquals(decode("\x1b[", "A", "\x1b[5", "~x"), ["up", "pageup", "x"]);
  const bytes = new TextEncoder().encode("üx");
  const decoder = new KeyDecoder();
  assertEquals([...decoder.push(bytes.slice(0, 1)), ...decoder.push(bytes.slice(1))], ["ü", "x"]);
});

Deno.test("sequences and control characters that mean nothing here are passed over", () => {
  assertEquals(decode("\x1b[15~a\x1b[1;5Cb\x01c"), ["a", "b", "c"]);
});
