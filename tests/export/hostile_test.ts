import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { parse } from "@std/yaml";
import { exportTo } from "../../src/export/formats/formats.ts";
import type { ExportedFile } from "../../src/export/exported_files.ts";
import { makeProject } from "../../src/export/project.ts";
import type { Format } from "../../src/export/rule.ts";
import { type Need, succeeds, testNeeding } from "../test_needing.ts";
import { readObjects } from "./kubernetes_objects.ts";
import { type Sample, sampleApp } from "./sample_app.ts";
import { verifyUnit } from "./unit_dump.ts";

/** Values that one format or another takes for something else. */
const VALUES: Readonly<Record<string, string>> = {
  QUOTES: `it's "quoted" \`here\``,
  LINES: "one\ntwo\n\n  three",
  TAB: "a\tb",
  PERCENT: "100%, %h, %i, %%",
  DOLLAR: "$HOME ${HOME} $$ $(id) \\$",
  HASH: " # no comment #",
  BACKSLASH: "C:\\new\\",
  YES: "yes",
  NUMBER: "0123",
  OCTAL: "0o17",
  TIME: "12:30:45",
  NULL: "null",
  TILDE: "~",
  EMPTY: "",
  BLANKS: "  both sides  ",
  COLON: "a: b",
  DASH: "- a",
  BRACES: "{a: [b]}",
  BANG: "!tag &anchor *alias",
  UNICODE: "ünï → 🦕",
  NEXT_LINE: "a\u0085b\u2028c",
  BELL: "ring\u0007",
};

/** A compose file, as far as tests look into it. */
interface ComposeFile {
  readonly services: {
    readonly web: {
      readonly environment: Readonly<Record<string, string>>;
      readonly command: readonly string[];
    };
  };
}

const WORDS = ["/bin/echo", ...Object.values(VALUES), ";", "-n", "@x"];

async function files(format: Format, samples: readonly Sample[]): Promise<readonly ExportedFile[]> {
  const project = makeProject(samples.map(sampleApp));
  const options = { dir: "/srv/shop", images: new Map(), systemd: 252, owner: "root" };
  return (await exportTo(format, project, options)).files;
}

/** What Compose 1.29 reads YAML with. */
const PYYAML: Need = {
  absence: "no PyYAML",
  isMet: () => succeeds(["/bin/sh", "-c", "/usr/bin/python3 -c 'import yaml'"]),
};

async function inDirectory(
  files: readonly ExportedFile[],
  check: (dir: string) => void | Promise<void>,
): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    for (const { name, text } of files) await Deno.writeTextFile(`${dir}/${name}`, text);
    await check(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

testNeeding(["systemd-analyze"], "systemd reads every value and word as it was", async () => {
  const made = await files("systemd", [{
    argv: WORDS,
    cwd: "/",
    env: VALUES,
    settings: { hooks: { pre_start: 'echo "$HOME" 100% # ok', timeout: 1000 } },
  }]);
  await inDirectory(made, (dir) => {
    const { environment, commands } = verifyUnit(`${dir}/web.service`);
    assertEquals(environment, Object.entries(VALUES).map(([name, value]) => `${name}=${value}`));
    assertEquals(commands, [["/bin/sh", "-c", 'echo "$HOME" 100% # ok'], WORDS]);
  });
});

testNeeding(["systemd-analyze"], "what is no name for systemd is told, not written", async () => {
  const made = await files("systemd", [{ env: { "spring.profiles": "a", OK: "1" }, cwd: "/" }]);
  await inDirectory(made, (dir) => {
    assertEquals(verifyUnit(`${dir}/web.service`).environment, ["OK=1"]);
  });
  assertMatch(made[0]!.text, /# Not carried over: env: 'spring.profiles'/);
});

testNeeding(["docker-compose"], "Compose reads every value and word as it was", async () => {
  const made = await files("compose", [{ argv: WORDS, env: VALUES }]);
  await inDirectory(made, (dir) => {
    const { code, stdout, stderr } = new Deno.Command("docker-compose", {
      args: ["-f", `${dir}/compose.yaml`, "config"],
    }).outputSync();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    const { services } = parse(new TextDecoder().decode(stdout)) as ComposeFile;
    const read = (text: string) => text.replaceAll("$$", "$");
    const { environment, command } = services.web;
    // PyYAML reads NEXT_LINE right, as the next test sees, and writes it wrong.
    for (const [name, value] of Object.entries(VALUES)) {
      if (name !== "NEXT_LINE") assertEquals(read(environment[name]!), value, name);
    }
    assertEquals(command.length, WORDS.length);
  });
});

Deno.test("Kubernetes reads every value and word as it was", async () => {
  const [file] = await files("kubernetes", [{ argv: WORDS, env: VALUES }]);
  const [config, deployment] = readObjects(file!.text);
  assertEquals(config!.data, VALUES);
  const { template } = deployment!.spec as {
    template: { spec: { containers: [{ args: string[] }] } };
  };
  // '$$' is what it takes for '$'.
  const args = template.spec.containers[0].args.map((word) => word.replaceAll("$$", "$"));
  assertEquals(args, WORDS);
});

testNeeding([PYYAML], "the parser of Compose reads every value and word as it was", async () => {
  const made = await files("compose", [{ argv: WORDS, env: VALUES }]);
  await inDirectory(made, (dir) => {
    const script = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))";
    const { stdout } = new Deno.Command("/usr/bin/python3", {
      args: ["-c", script, `${dir}/compose.yaml`],
    }).outputSync();
    const { services } = JSON.parse(new TextDecoder().decode(stdout).replaceAll("$$", "$"));
    assertEquals(services.web.environment, VALUES);
    assertEquals(services.web.command, WORDS);
  });
});

Deno.test("the parser of the standard library reads every value and word as it was", async () => {
  const [file] = await files("compose", [{ argv: WORDS, env: VALUES }]);
  const { services } = parse(file!.text.replaceAll("$$", "$")) as ComposeFile;
  assertEquals(services.web.environment, VALUES);
  assertEquals(services.web.command, WORDS);
});

Deno.test("names become names of DNS, and no two the same", async () => {
  const names = ["My.App_2", "my-app-2", "9lives", "x".repeat(64), "x".repeat(63), "a-.-b"];
  const made = await files("kubernetes", names.map((name) => ({ name, settings: { port: 80 } })));
  const objects = made.filter(({ name }) => name.endsWith(".yaml") && name !== "kustomization.yaml")
    .map(({ text }) => readObjects(text));
  assertEquals(objects.length, names.length);
  assertEquals(new Set(objects.map(([first]) => first!.metadata.name)).size, names.length);
});

Deno.test("no comment can be left: what is told of a hostile name stays in its line", async () => {
  const env = { "A\nExecStart=/bin/evil": "x", "PASSWORD\n[Service]": "y" };
  for (const format of ["systemd", "compose", "kubernetes"] as const) {
    for (const { text } of await files(format, [{ env }])) {
      const lines = text.split("\n");
      assertEquals(
        lines.filter((line) => /^(ExecStart=\/bin\/evil|\[Service\]$)/.test(line)).length,
        format === "systemd" && text.includes("[Service]") ? 1 : 0,
      );
    }
  }
});

Deno.test("the value of a secret is in no file, whatever the format", async () => {
  const env = {
    API_TOKEN: "hush-1",
    DB_PASSWORD: "hush-2",
    DATABASE_URL: "postgres://app:hush-3@db/shop",
    PLAIN: "shown",
  };
  for (const format of ["systemd", "compose", "kubernetes", "dockerfile"] as const) {
    const made = await files(format, [{ env }]);
    const text = made.map(({ text }) => text).join("\n");
    assertNotMatch(text, /hush/, format);
    if (format === "dockerfile") continue;
    assertMatch(text, /shown/, format);
    for (const name of ["API_TOKEN", "DB_PASSWORD", "DATABASE_URL"]) assert(text.includes(name));
  }
});
