import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { exportTo } from "../../../src/export/formats/formats.ts";
import { makeProject } from "../../../src/export/project.ts";
import { type Sample, sampleApp } from "../sample_app.ts";

/** Makes the Dockerfiles of apps in a directory that has these files. */
async function dockerfiles(
  files: readonly string[],
  samples: readonly Sample[],
  images: ReadonlyMap<string, string> = new Map(),
) {
  const dir = await Deno.makeTempDir({ prefix: "shop" });
  try {
    for (const file of files) await Deno.writeTextFile(`${dir}/${file}`, "");
    const project = makeProject(samples.map((sample) => sampleApp({ cwd: dir, ...sample })));
    const options = { dir, images, systemd: undefined, owner: "root" };
    const { files: made, losses } = await exportTo("dockerfile", project, options);
    const texts = Object.fromEntries(made.map(({ name, text }) => [name, text]));
    return { dir, texts, told: losses.map(({ what, why }) => `${what}: ${why}`) };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("Node's image, and npm ci where there is a lock", async () => {
  const argv = ["node", "server.js"];
  const { dir, texts } = await dockerfiles(["package.json", "package-lock.json"], [
    { argv, settings: { port: 3000, stop_signal: "SIGINT" } },
  ]);
  const text = texts["Dockerfile"]!;
  assertMatch(text, /^ARG BASE=docker\.io\/library\/node:22-bookworm-slim\nFROM \$\{BASE\}\n/m);
  assertMatch(
    text,
    /^COPY package\.json package-lock\.json \.\/\nRUN npm ci --omit=dev\nCOPY \. \.$/m,
  );
  assertMatch(text, new RegExp(`^WORKDIR ${dir}$`, "m"));
  assertMatch(text, /^EXPOSE 3000\nSTOPSIGNAL SIGINT\nCMD \["node","server\.js"\]$/m);
  assertNotMatch(text, /apt-get/);
});

Deno.test("a virtual environment is made anew in the image, not copied", async () => {
  const { texts } = await dockerfiles(["requirements.txt"], [
    { argv: [".venv/bin/python", "app.py"] },
  ]);
  assertMatch(
    texts["Dockerfile"]!,
    /python:3\.12[^]*RUN python3 -m venv \.venv\nCOPY requirements\.txt \.\/\nRUN \.venv\/bin\/pip install/,
  );
  assertMatch(texts["Dockerfile.dockerignore"]!, /^\.venv$/m);
});

Deno.test("several programs come as Debian's packages, and one that nobody knows is told", async () => {
  const { texts, told } = await dockerfiles([], [
    { name: "web", argv: ["node", "a.js"] },
    { name: "job", argv: ["python3", "b.py"] },
    { name: "db", argv: ["/bin/sh", "-c", "exec redis-server --port 1"] },
    { name: "sums", argv: ["/bin/sh", "-c", "cd x && ./run"] },
  ]);
  assertMatch(
    texts["Dockerfile"]!,
    /debian:bookworm-slim[^]*install -y --no-install-recommends nodejs python3 python3-venv/,
  );
  assertEquals(told, [
    "command: how 'redis-server' comes into an image is not known: Dockerfile has the place",
  ]);
  // Whoever runs it says which of the commands.
  assertNotMatch(texts["Dockerfile"]!, /^CMD/m);
});

Deno.test("what has an image needs no Dockerfile, and each directory has one of its own", async () => {
  const images = new Map([["db", "docker.io/library/redis:7"]]);
  const { texts } = await dockerfiles([], [
    { name: "db", argv: ["redis-server"] },
    { name: "web", argv: ["node", "a.js"] },
    { name: "other", argv: ["node", "a.js"], cwd: "/srv/My Site" },
  ], images);
  const names = Object.keys(texts).filter((name) => !name.endsWith(".dockerignore"));
  assertEquals(names.length, 2);
  assertMatch(texts["Dockerfile.my-site"]!, /^WORKDIR "\/srv\/My Site"$/m);
  assertNotMatch(JSON.stringify(texts), /redis-server/);
});

Deno.test("env files stay out of the image, and users are made in it", async () => {
  const { dir, texts } = await dockerfiles([], [
    { argv: ["node", "a.js"], settings: { user: "deploy" } },
  ]);
  assertMatch(
    texts["Dockerfile"]!,
    /^RUN id deploy 2>\/dev\/null \|\| useradd --create-home deploy$/m,
  );
  const { texts: others } = await dockerfiles([], [
    { cwd: dir, argv: ["node", "a.js"], settings: { env_file: `${dir}/prod.env`, user: "1000" } },
  ]);
  assertMatch(others["Dockerfile.dockerignore"]!, /^prod\.env$/m);
  assertNotMatch(others["Dockerfile"]!, /useradd/);
});
