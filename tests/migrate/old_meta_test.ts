import { assertEquals, assertThrows } from "@std/assert";
import { parseOldMeta } from "../../src/migrate/old_meta.ts";

Deno.test("a .meta on one line is read", () => {
  const meta = parseOldMeta(
    "script='server.py' pid=4242 port=8000 start_time=1760380400 type=python tsm_id=3 " +
      "restart_count=2 start_dir='/rootPath/u' cwd='/rootPath/u/app'\n",
  );
  assertEquals(meta, {
    tsm_id: 3,
    pid: 4242,
    port: 8000,
    portless: false,
    start_time: 1760380400,
    restarts: 2,
    command: "server.py",
    isScript: true,
    cwd: "/rootPath/u/app",
    interpreter: null,
    type: "python",
    env_file: null,
  });
});

Deno.test("a .meta of a line each is read, and port=none is no port", () => {
  const meta = parseOldMeta(`tsm_id=3
name=python-8000
pid=4242
command='python server.py'
port=none
start_time=1760380400
env_file='/rootPath/u/app/env/local.env'
cwd='/rootPath/u/app'
type=python
interpreter='/usr/bin/python3'
`);
  assertEquals([meta.command, meta.isScript], ["python server.py", false]);
  assertEquals([meta.port, meta.portless], [null, true]);
  assertEquals(meta.env_file, "/rootPath/u/app/env/local.env");
  assertEquals(meta.interpreter, "/usr/bin/python3");
});

Deno.test("values of a .meta are data, however they are quoted", () => {
  const command = (text: string) => parseOldMeta(`pid=1 command=${text}`).command;
  assertEquals(command(`'$(touch x)' cwd=/`), "$(touch x)");
  assertEquals(command('"`id` \\"$HOME\\""'), '`id` "$HOME"');
  assertEquals(command(`'it'\\''s' port=1`), "it's");
  assertEquals(command(`'two\nlines'\nport=1`), "two\nlines");
  assertEquals(command("node server.js --x\nport=1"), "node server.js --x");
  assertEquals(command("a; rm -rf /\nport=1"), "a; rm -rf /");
});

Deno.test("a damaged .meta is refused", () => {
  for (const text of ["", "\0\0\0", "hello world", "pid='12"]) {
    assertThrows(() => parseOldMeta(text), Deno.errors.InvalidData);
  }
});
