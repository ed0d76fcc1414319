import { assertEquals, assertStringIncludes } from "@std/assert";
import { Screen } from "../../../src/cli/monit/screen.ts";

class Paper {
  text = "";
  writeSync(bytes: Uint8Array): number {
    this.text += new TextDecoder().decode(bytes);
    return bytes.length;
  }
  take(): string {
    const { text } = this;
    this.text = "";
    return text;
  }
}

const SIZE = { columns: 10, rows: 3 };

Deno.test("only lines that have changed are written, and nothing where nothing has", () => {
  const paper = new Paper();
  const screen = new Screen(paper);
  screen.draw(["one", "two", "three"], SIZE);
  assertStringIncludes(paper.take(), "\x1b[2J");
  screen.draw(["one", "2", "three"], SIZE);
  assertEquals(paper.take(), "\x1b[2;1H\x1b[2K2");
  screen.draw(["one", "2", "three"], SIZE);
  assertEquals(paper.take(), "");
  screen.draw(["one"], SIZE);
  assertEquals(paper.take(), "\x1b[2;1H\x1b[2K\x1b[3;1H\x1b[2K");
});

Deno.test("another size, or somebody else's writing, has all drawn anew", () => {
  const paper = new Paper();
  const screen = new Screen(paper);
  screen.draw(["one"], SIZE);
  paper.take();
  screen.draw(["one"], { columns: 20, rows: 3 });
  assertStringIncludes(paper.take(), "one");
  screen.forget();
  screen.draw(["one"], { columns: 20, rows: 3 });
  assertStringIncludes(paper.take(), "one");
});

Deno.test("lines for which the terminal has no room are not written", () => {
  const paper = new Paper();
  new Screen(paper).draw(["one", "two"], { columns: 10, rows: 1 });
  assertEquals(paper.take(), "\x1b[2J\x1b[1;1H\x1b[2Kone");
});
