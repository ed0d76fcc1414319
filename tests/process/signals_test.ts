import { assert, assertEquals, assertThrows } from "@std/assert";
import { pidExists, pidOwner, sendSignal } from "../../src/process/signals.ts";
import { parseSignal, SIGNALS } from "../../src/signal_names.ts";

Deno.test("a signal is taken as people write it", () => {
  const written = ["SIGHUP", "sighup", "HUP", "hup", "1"];
  assertEquals(written.map(parseSignal), written.map(() => "SIGHUP"));
  assertEquals(["9", "15", "usr1"].map(parseSignal), ["SIGKILL", "SIGTERM", "SIGUSR1"]);
  for (const signal of SIGNALS) assertEquals(parseSignal(signal), signal);
});

Deno.test("the numbers of signals are the kernel's", async () => {
  for (const number of ["1", "2", "3", "6", "9", "10", "12", "14", "15", "18", "19"]) {
    const { stdout } = await new Deno.Command("/bin/sh", { args: ["-c", `kill -l ${number}`] })
      .output();
    assertEquals(parseSignal(number), `SIG${new TextDecoder().decode(stdout).trim()}`);
  }
});

for (const text of ["", "0", "SIG", "SIGSIGHUP", "KILL9", "99", "-9", "hup up"]) {
  Deno.test(`what is no signal is refused with examples: ${JSON.stringify(text)}`, () => {
    assertThrows(() => parseSignal(text), Deno.errors.InvalidData, "examples: SIGHUP, USR1, 9");
  });
}

Deno.test("a process is signalled while it is there, and is said to be gone afterwards", async () => {
  const child = new Deno.Command("sleep", { args: ["60"] }).spawn();
  assert(pidExists(child.pid));
  assertEquals(pidOwner(child.pid), "ours");
  assert(sendSignal(child.pid, "SIGTERM"));
  assertEquals((await child.status).signal, "SIGTERM");
  assert(!pidExists(child.pid));
  assertEquals(pidOwner(child.pid), "nobody");
  assert(!sendSignal(child.pid, "SIGTERM"));
});

Deno.test("every signal of the list can be sent", async () => {
  const script = `trap '' ${
    SIGNALS.filter((s) => !/KILL|STOP|CONT/.test(s)).map((s) => s.slice(3)).join(" ")
  }
    echo ready; read line`;
  const child = new Deno.Command("bash", { args: ["-c", script], stdin: "piped", stdout: "piped" })
    .spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  for (const signal of SIGNALS.filter((signal) => signal !== "SIGKILL")) {
    assert(sendSignal(child.pid, signal), signal);
  }
  sendSignal(child.pid, "SIGCONT");
  assert(sendSignal(child.pid, "SIGKILL"));
  assertEquals((await child.status).signal, "SIGKILL");
  await reader.cancel();
  await child.stdin.close().catch(() => {});
});
