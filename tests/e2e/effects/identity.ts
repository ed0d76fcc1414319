import { assertEquals, assertStringIncludes } from "@std/assert";
import type { IDENTITY_SETTINGS } from "../../../src/settings/table/identity.ts";
import { freePort } from "../harness.ts";
import { type Effects, FOREVER, start, startListed, untilPrinted } from "./effect.ts";

/** How a process is called, which of how many it is, and what runs it as whom. */
export const IDENTITY_EFFECTS: Effects<typeof IDENTITY_SETTINGS> = {
  async interpreter(tsm, name) {
    tsm.write(`${name}.txt`, `echo "read by $0"; ${FOREVER}\n`);
    await start(tsm, name, `${name}.txt`, "--interpreter", "sh");
    await untilPrinted(tsm, name, `${name}.txt`);
  },
  async port(tsm, name) {
    const port = freePort();
    await start(tsm, name, `echo "<$PORT>"; ${FOREVER}`, "--port", String(port));
    await untilPrinted(tsm, `${name}-${port}`, `<${port}>`);
  },
  async app(tsm, name) {
    await startListed(tsm, name, { [name]: { command: FOREVER, instances: 2 } });
    const described: { name: string }[] = JSON.parse(await tsm.ok("describe", name, "--json"));
    assertEquals(described.map((one) => one.name), [`${name}-0`, `${name}-1`]);
  },
  async instance(tsm, name) {
    await start(tsm, name, `echo "<$TSM_INSTANCE>"; ${FOREVER}`, "--instances", "2");
    await untilPrinted(tsm, `${name}-1`, "<1>");
  },
  async instances(tsm, name) {
    await start(tsm, name, FOREVER, "--instances", "3");
    const names = Object.keys(await tsm.list()).filter((one) => /^instances-\d$/.test(one));
    assertEquals(names.sort(), [`${name}-0`, `${name}-1`, `${name}-2`]);
  },
  async port_increment(tsm, name) {
    const port = freePort(6);
    const flags = ["--instances", "2", "--port", String(port), "--port-increment", "5"];
    await start(tsm, name, `echo "<$PORT>"; ${FOREVER}`, ...flags);
    await untilPrinted(tsm, `${name}-${port + 5}`, `<${port + 5}>`);
  },
  async share_port(tsm, name) {
    const flags = ["--share-port", "--env", "NODE_OPTIONS=--no-warnings"];
    await start(tsm, name, `echo "<$TSM_SHARE_PORT> <$NODE_OPTIONS>"; ${FOREVER}`, ...flags);
    const preload = tsm.path("runtime/preload.cjs");
    await untilPrinted(tsm, name, `<1> <--no-warnings --require ${preload}>`);
    assertStringIncludes(
      await tsm.ok("env", name),
      `NODE_OPTIONS=--no-warnings --require ${preload}`,
    );
    assertStringIncludes(tsm.read("runtime/preload.cjs"), "reusePort");
  },
  async counters(tsm, name) {
    const script = `echo "<$SHARD>"; ${FOREVER}`;
    const app = { name, script, instances: 2, env: { SHARD: 7 }, increment_var: "SHARD" };
    await tsm.ok("start", "-q", tsm.write(`${name}.json`, JSON.stringify([app])));
    await untilPrinted(tsm, `${name}-1`, "<8>");
  },
  config: {
    async file(tsm, name) {
      const path = await startListed(tsm, name, { [name]: FOREVER });
      const other = tsm.write(`${name}-2.jsonc`, Deno.readTextFileSync(path));
      const { stderr, stdout } = await tsm.run(["apply", other, "--dry-run"]);
      assertStringIncludes(stdout + stderr, `it belongs to ${path}`);
    },
    async digest(tsm, name) {
      const path = await startListed(tsm, name, { [name]: FOREVER });
      assertStringIncludes(await tsm.ok("apply", path, "--dry-run"), "Nothing to change");
      const changed = { processes: { [name]: { command: FOREVER, kill_timeout: "9s" } } };
      Deno.writeTextFileSync(path, JSON.stringify(changed));
      assertStringIncludes(await tsm.ok("apply", path, "--dry-run"), "changed: kill_timeout");
    },
  },
  async namespace(tsm, name) {
    await start(tsm, name, FOREVER, "--namespace", "crowd");
    assertEquals(JSON.parse(await tsm.ok("describe", "crowd", "--json")).name, name);
  },
  async stdin(tsm, name) {
    await start(tsm, name, `readlink /proc/self/fd/0; ${FOREVER}`, "--stdin", "null");
    await untilPrinted(tsm, name, "/dev/null");
  },
  async shell(tsm, name) {
    await start(tsm, name, `[[ a == a ]] && echo "by $0"; ${FOREVER}`, "--shell", "bash");
    await untilPrinted(tsm, name, "by bash");
  },
  async env_file(tsm, name) {
    tsm.write(`${name}.env`, "A=from the file\n");
    await start(tsm, name, `echo "<$A>"; ${FOREVER}`, "--env-file", `${name}.env`);
    await untilPrinted(tsm, name, "<from the file>");
    tsm.write(`${name}-over.env`, "A=from the later one\n");
    const both = {
      command: `echo "<$A>"; ${FOREVER}`,
      env_file: [`${name}.env`, `${name}-over.env`],
    };
    await startListed(tsm, `${name}-2`, { [`${name}-2`]: both });
    await untilPrinted(tsm, `${name}-2`, "<from the later one>");
    const meta = JSON.parse(tsm.read(`runtime/processes/${name}-2/meta.json`));
    assertEquals(meta.env_file, `${tsm.work}/${name}-over.env`);
  },
  async env_expand(tsm, name) {
    tsm.write(`${name}-1.env`, "HOST=one\nOTHER=${NONE:-none}\n");
    tsm.write(`${name}-2.env`, "URL=http://${HOST}:${PORT}/${TSM_NAME}\n");
    const port = freePort();
    const files = ["--env-file", `${name}-1.env`, "--env-file", `${name}-2.env`];
    const flags = [...files, "--env-expand", "--env", "HOST=two", "--port", String(port)];
    await start(tsm, name, `echo "<$URL $OTHER>"; ${FOREVER}`, ...flags);
    const full = `${name}-${port}`;
    await untilPrinted(tsm, full, `<http://two:${port}/${full} none>`);
  },
  async user(tsm, name) {
    await start(tsm, name, `id -un; ${FOREVER}`, "--cwd", "/", "--user", "nobody");
    await untilPrinted(tsm, name, "nobody\n");
  },
};
