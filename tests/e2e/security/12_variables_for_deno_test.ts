import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { existsSync } from "@std/fs";
import { type Need, testNeeding } from "../../test_needing.ts";
import { Tsm, until, withoutWaits } from "../harness.ts";

/** What Deno reads by itself, with a value it cannot do anything with. */
const HOSTILE: Readonly<Record<string, string>> = {
  DENO_CERT: "/nonexistent",
  DENO_TLS_CA_STORE: "nonsense",
  DENO_SERVE_ADDRESS: "tcp:127.0.0.1:1",
  DENO_DIR: "/proc/nowhere",
  DENO_LOG_STYLE: "nonsense",
  DENO_KV_DB_MODE: "nonsense",
  DENO_CACHE_DB_MODE: "nonsense",
  DENO_CACHE_LSC_ENDPOINT: "nonsense",
  DENO_TRACE_PERMISSIONS: "1",
  DENO_USE_CGROUPS: "1",
  DENO_USR2_MEMORY_TRIM: "1",
  DENO_NO_PROMPT: "0",
};

/** What the `deno` command reads, and the binary does not. */
const HOSTILE_TO_SOURCE: Readonly<Record<string, string>> = {
  DENO_V8_FLAGS: "--nonsense",
  DENO_AUTH_TOKENS: "nonsense",
  DENO_COMPAT: "1",
};
/** From source these are for Deno itself. */
const BINARY: Need = {
  absence: "no TSM_BINARY",
  isMet: () => Deno.env.get("TSM_BINARY") !== undefined,
};

for (const [name, value] of Object.entries({ ...HOSTILE, ...HOSTILE_TO_SOURCE })) {
  const needs = name in HOSTILE_TO_SOURCE ? [BINARY] : [];
  testNeeding(needs, `${name}=${value} changes nothing of what the client does`, async () => {
    await using tsm = new Tsm();
    const env = { [name]: value };
    for (
      const args of [["start", "env; sleep 1000", "--name", "x"], ["ping"], ["restart", "x"], [
        "ls",
      ]]
    ) {
      const { code, stderr } = await tsm.run(args, { env });
      assertEquals([code, withoutWaits(stderr)], [0, ""], args.join(" "));
    }
    await until(
      "its environment",
      () => tsm.read("runtime", "processes", "x", "current.out").includes(`TSM_NAME=x\n`),
    );
    assertStringIncludes(
      tsm.read("runtime", "processes", "x", "current.out"),
      `${name}=${value}\n`,
      "what is started gets it",
    );
  });
}

Deno.test("SSLKEYLOGFILE has the supervisor make no file in the root, and what is started gets it", async () => {
  await using tsm = new Tsm();
  const env = { SSLKEYLOGFILE: "keys" };
  const { code, stderr } = await tsm.run(["start", "env; sleep 1000", "--name", "x"], { env });
  assertEquals(code, 0, stderr);
  assert(!existsSync(`${tsm.root}/keys`));
  await until(
    "its environment",
    () => tsm.read("runtime", "processes", "x", "current.out").includes("SSLKEYLOGFILE=keys\n"),
  );
});
