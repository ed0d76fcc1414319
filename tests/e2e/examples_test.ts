/**
 * The projects of `examples/`: each starts as it is, and each is exported to every format and
 * validated by that engine's own tool.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path/posix";
import { verifyUnit } from "../export/unit_dump.ts";
import { readObjects } from "../export/kubernetes_objects.ts";
import { type Need, testNeeding } from "../test_needing.ts";
import { freePort, Tsm, until } from "./harness.ts";

const EXAMPLES = fromFileUrl(new URL("../../examples", import.meta.url));

/** A project, and how one sees that it works. */
interface Example {
  readonly needs: readonly (string | Need)[];
  /** Prepares what is no part of the project. */
  readonly prepare?: (dir: string) => void;
  /** The ports in its file that its first process, and the others in a row, are to have. */
  readonly ports: readonly number[];
  /** Looks from outside at what runs; `at` gives the address of a port of its file. */
  readonly works: (tsm: Tsm, at: (port: number) => string) => Promise<void>;
}

const EXAMPLES_BY_NAME: Readonly<Record<string, Example>> = {
  shop: {
    needs: ["node", "redis-server"],
    ports: [6390, 3080],
    async works(_, at) {
      assertMatch(await textAt(at(3080)), /You are visitor 1\./);
      assertMatch(await textAt(at(3080)), /You are visitor 2\./);
    },
  },
  fleet: {
    needs: ["python3"],
    ports: [],
    async works(tsm) {
      const queue = `${tsm.work}/fleet/queue`;
      const names = Array.from({ length: 12 }, (_, number) => `job-${number}`);
      for (const name of names) await Deno.writeTextFile(`${queue}/${name}`, "");
      await until("the workers to have done all", () => [...Deno.readDirSync(queue)].length === 0);
      await tsm.ok("start", "report");
      await until("the report", async () => {
        const { stdout } = await tsm.run(["logs", "report", "--no-follow"]);
        return stdout.includes("0 files wait");
      });
    },
  },
  site: {
    needs: ["node", "python3"],
    ports: [4180, 4181, 4190],
    async works(_, at) {
      assertStringIncludes(await textAt(at(4190)), "came through the proxy");
    },
  },
  service: {
    needs: ["python3"],
    prepare(dir) {
      // pip is left out: it would be fetched, or take a package more.
      const args = ["-m", "venv", "--without-pip", ".venv"];
      assert(new Deno.Command("python3", { args, cwd: dir }).outputSync().success);
    },
    ports: [5080],
    async works(_, at) {
      assertMatch(await textAt(at(5080)), /^Hello from a virtual environment at .*\/\.venv\n$/);
    },
  },
};

async function textAt(address: string): Promise<string> {
  return await (await fetch(address)).text();
}

/** Copies a project, so that what it makes is not left in the source. */
function copyOf(tsm: Tsm, name: string): string {
  const to = `${tsm.work}/${name}`;
  const copied = new Deno.Command("cp", { args: ["-R", join(EXAMPLES, name), to] }).outputSync();
  assert(copied.success);
  EXAMPLES_BY_NAME[name]!.prepare?.(to);
  return to;
}

Deno.test("every project of examples/ is tried here", () => {
  const folders = [...Deno.readDirSync(EXAMPLES)].filter(({ isDirectory }) => isDirectory)
    .map(({ name }) => name).filter((name) => name !== "container").sort();
  assertEquals(folders, Object.keys(EXAMPLES_BY_NAME).sort());
});

for (const [name, { needs, ports, works }] of Object.entries(EXAMPLES_BY_NAME)) {
  testNeeding(needs, `the example ${name} starts as it is, and works`, async () => {
    await using tsm = new Tsm();
    const dir = copyOf(tsm, name);
    const first = freePort(Math.max(1, ports.length));
    const own = (port: number) => first + ports.indexOf(port);
    const path = `${dir}/tsm.jsonc`;
    const text = await Deno.readTextFile(path);
    // Nothing but the ports is changed, which others may have meanwhile.
    await Deno.writeTextFile(
      path,
      text.replace(
        /\b\d{4}\b/g,
        (digits) => ports.includes(Number(digits)) ? String(own(Number(digits))) : digits,
      ),
    );
    const started = await tsm.run(["start", "tsm.jsonc", "--wait=30s"], { cwd: dir });
    assertEquals(started.code, 0, started.stderr);
    await works(tsm, (port) => `http://127.0.0.1:${own(port)}/`);
  });

  testNeeding(
    [...needs, "systemd-analyze"],
    `systemd takes what the example ${name} is exported to`,
    async () => {
      await using tsm = new Tsm();
      const dir = copyOf(tsm, name);
      const exported = await tsm.run(["export", "systemd", "-o", "units"], { cwd: dir });
      assertEquals(exported.code, 0, exported.stderr);
      const units = [...Deno.readDirSync(`${dir}/units`)].map(({ name }) => name);
      assert(units.includes(name === "fleet" ? "tsm-fleet.target" : "tsm-default.target"));
      for (const unit of units) verifyUnit(`${dir}/units/${unit.replace("@.", "@1.")}`);
    },
  );

  testNeeding(
    [...needs, "docker-compose"],
    `Compose takes what the example ${name} is exported to`,
    async () => {
      await using tsm = new Tsm();
      const dir = copyOf(tsm, name);
      for (const environment of [[], ["--env-name", "container"]]) {
        if (name === "fleet" && environment.length > 0) continue;
        const args = ["export", "compose", "-o", "made", "--force", ...environment];
        const exported = await tsm.run(args, { cwd: dir });
        assertEquals(exported.code, 0, exported.stderr);
        const { code, stderr } = await new Deno.Command("docker-compose", {
          args: ["-f", `${dir}/made/compose.yaml`, "config", "--quiet"],
        }).output();
        assertEquals(code, 0, new TextDecoder().decode(stderr));
      }
    },
  );

  testNeeding(
    needs,
    `the API of Kubernetes takes what the example ${name} is exported to`,
    async () => {
      await using tsm = new Tsm();
      const dir = copyOf(tsm, name);
      const exported = await tsm.run(["export", "kubernetes", "-o", "made"], { cwd: dir });
      assertEquals(exported.code, 0, exported.stderr);
      const read = (file: string) => Deno.readTextFileSync(`${dir}/made/${file}`);
      const files = [...Deno.readDirSync(`${dir}/made`)].map(({ name }) => name)
        .filter((file) => file.endsWith(".yaml") && file !== "kustomization.yaml");
      for (const file of files) {
        assert(readObjects(read(file)).length > 0);
        assertStringIncludes(read("kustomization.yaml"), `- ${file}\n`);
      }
      assertMatch(read("Dockerfile"), /^FROM \$\{BASE\}$/m);
    },
  );
}
