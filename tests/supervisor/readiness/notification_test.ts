import { assertEquals } from "@std/assert";
import { parseNotification } from "../../../src/supervisor/readiness/notification.ts";

const said = (text: string) => parseNotification(new TextEncoder().encode(text));
const NOTHING = { ready: false, reloading: false, stopping: false };

Deno.test("the lines of a datagram are read as sd_notify(3) has them", () => {
  assertEquals(said("READY=1\nSTATUS=Serving\nMAINPID=12"), {
    ...NOTHING,
    ready: true,
    status: "Serving",
  });
  assertEquals(said("RELOADING=1\nMONOTONIC_USEC=5"), { ...NOTHING, reloading: true });
  assertEquals(said("STOPPING=1\nERRNO=2\n"), { ...NOTHING, stopping: true, errno: 2 });
  assertEquals(said("WATCHDOG=1\nWATCHDOG_USEC=20000000\nEXTEND_TIMEOUT_USEC=1500000"), {
    ...NOTHING,
    watchdog: "alive",
    watchdogTime: 20_000,
    extension: 1500,
  });
  assertEquals(said("WATCHDOG=trigger"), { ...NOTHING, watchdog: "trigger" });
  assertEquals(said("EXTEND_TIMEOUT_USEC=999999999999999"), { ...NOTHING, extension: 86_400_000 });
  assertEquals(said("STATUS="), { ...NOTHING, status: "" });
});

Deno.test("what is no message means nothing", () => {
  for (const text of ["", "\n\n", "READY", "READY=yes", "=1", "ERRNO=-2", "WATCHDOG_USEC=1e9"]) {
    assertEquals(said(text), NOTHING, text);
  }
  assertEquals(parseNotification(new Uint8Array([0, 255, 254, 10, 61])), NOTHING);
});

Deno.test("of a long status the beginning is kept, and no character is cut in two", () => {
  const { status } = said(`STATUS=${"😀".repeat(300)}`);
  assertEquals(status, "😀".repeat(200));
});
