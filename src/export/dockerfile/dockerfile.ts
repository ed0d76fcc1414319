/**
 * A Dockerfile for each working directory.
 *
 * The directory has in the image the path that it has here, so that absolute paths in commands
 * and settings stay right.
 *
 * Format: docs.docker.com/reference/dockerfile.
 *
 * @module
 */
import { basename, join, relative } from "@std/path/posix";
import { isThere } from "../../files/path_info.ts";
import { oneLine } from "../../printable.ts";
import { envFilesOf } from "../../program/env_files.ts";
import { joinWords } from "../../program/shell_words.ts";
import { type BaseImage, baseImage, programsOf, virtualEnvironmentOf } from "./base_image.ts";
import { containerWords } from "../container.ts";
import { DOCKERFILE_RULES } from "./dockerfile_rules.ts";
import type { ExportedApp } from "../exported_app.ts";
import type { Exported, ExportedFile } from "../exported_files.ts";
import type { Project } from "../project.ts";
import { applyRules, type Loss } from "../rule.ts";

/** An image that is to be built: one for each working directory. */
export interface BuiltImage {
  /** What it is called where nobody names another. */
  readonly tag: string;
  /** Its Dockerfile, in the directory of the export. */
  readonly file: string;
  /** The working directory, absolute. */
  readonly context: string;
  readonly apps: readonly ExportedApp[];
}

/** The images that are to be built for apps that have none. */
export function imagesToBuild(
  { apps }: Project,
  images: ReadonlyMap<string, string>,
): readonly BuiltImage[] {
  const byDirectory = Map.groupBy(apps.filter(({ name }) => !images.has(name)), ({ cwd }) => cwd);
  const taken = new Map<string, number>();
  return [...byDirectory].map(([context, apps]) => {
    const plain = basename(context).toLowerCase().replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "") || "app";
    const number = (taken.get(plain) ?? 0) + 1;
    taken.set(plain, number);
    // Two hyphens are in no name that was made of a directory's.
    const tag = number === 1 ? plain : `${plain}--${number}`;
    const file = byDirectory.size === 1 ? "Dockerfile" : `Dockerfile.${tag}`;
    return { tag, file, context, apps };
  });
}

/** The image that is built for each app, by the name of the app. */
export function imageByApp(built: readonly BuiltImage[]): ReadonlyMap<string, BuiltImage> {
  return new Map(built.flatMap((image) => image.apps.map(({ name }) => [name, image] as const)));
}

/** Writes the Dockerfiles of a project. */
export function exportDockerfiles(
  project: Project,
  { dir, images }: { readonly dir: string; readonly images: ReadonlyMap<string, string> },
): Exported {
  const built = imagesToBuild(project, images);
  const made = dockerfilesOf(built, dir);
  const ruled = project.apps.map((app) =>
    applyRules(DOCKERFILE_RULES, { app, project, about: undefined })
  );
  return {
    ...made,
    losses: [...ruled.flatMap(({ losses }) => losses), ...made.losses],
    notes: [
      "an image holds programs and files: how they are run is said by compose or kubernetes",
    ],
    next: built.map((image) => buildCommand(image, dir, "DIR/")).join(" && "),
  };
}

/** The Dockerfiles, what each leaves out of the image, and what they cannot say. */
export function dockerfilesOf(
  built: readonly BuiltImage[],
  dir: string,
): Pick<Exported, "files" | "losses"> {
  const made = built.map((image) => {
    const base = baseImage(image.apps);
    const losses = base.unknown.map(({ app, program }): Loss => ({
      app,
      what: "command",
      why: `how '${
        oneLine(program)
      }' comes into an image is not known: ${image.file} has the place`,
    }));
    const files: ExportedFile[] = [
      { name: image.file, text: dockerfile(image, base, dir) },
      { name: `${image.file}.dockerignore`, text: dockerignore(image), isBeside: true },
    ];
    return { files, losses };
  });
  return {
    files: made.flatMap(({ files }) => files),
    losses: made.flatMap(({ losses }) => losses),
  };
}

function buildCommand({ tag, file, context }: BuiltImage, dir: string, before: string): string {
  const words = joinWords(["-t", tag, relative(dir, context) || "."]);
  return `docker build -f ${before}${file} ${words}`;
}

function dockerfile(image: BuiltImage, base: BaseImage, dir: string): string {
  const { apps, context } = image;
  const has = (name: string) => isThere(join(context, name));
  const signals = new Set(apps.map(({ settings }) => settings.stop_signal));
  const [signal = "SIGTERM"] = signals;
  const users = new Set(apps.flatMap(({ settings: { user } }) => user ?? []));
  const ports = new Set(apps.flatMap(({ settings: { port } }) => port ?? []));
  const own = apps.map(virtualEnvironmentOf).find((found) => found !== undefined);
  const hasLock = has("package-lock.json");
  // Node's own image has npm; Debian's package of Node has not.
  const npm = hasLock && base.packages.has("nodejs") ? ["npm"] : [];
  const packages = [...new Set([...base.packages, ...npm])].sort().join(" ");
  const lines = [
    `# ${apps.map(({ name }) => name).join(", ")}: made by 'tsm export'.`,
    `# ${oneLine(buildCommand(image, dir, ""))}`,
    "# Run it with an init as pid 1 ('docker run --init'): a program that is pid 1 ignores signals.",
    `ARG BASE=${base.image}`,
    "FROM ${BASE}",
    ...packages === "" ? [] : [
      "RUN apt-get update \\",
      `  && apt-get install -y --no-install-recommends ${packages} \\`,
      "  && rm -rf /var/lib/apt/lists/*",
    ],
    ...base.unknown.map(({ program }) =>
      `# '${oneLine(program)}' has to be installed here, or come with another image.`
    ),
    ...[...users].filter((user) => !/^([0-9]+|root)$/.test(user)).map((user) =>
      `RUN id ${user} 2>/dev/null || useradd --create-home ${user}`
    ),
    `WORKDIR ${dockerWord(context)}`,
    ...hasLock ? ["COPY package.json package-lock.json ./", "RUN npm ci --omit=dev"] : [],
    ...own === undefined ? [] : [`RUN python3 -m venv ${joinWords([own])}`],
    ...has("requirements.txt") && programsOf(apps).has("python3")
      ? [
        "COPY requirements.txt ./",
        `RUN ${own === undefined ? "pip" : joinWords([`${own}/bin/pip`])} install --no-cache-dir ` +
        "-r requirements.txt",
      ]
      : [],
    "COPY . .",
    ...[...ports].map((port) => `EXPOSE ${port}`),
    ...signals.size === 1 && signal !== "SIGTERM" ? [`STOPSIGNAL ${signal}`] : [],
    // Of several, whoever runs the image says which.
    ...apps.length === 1
      ? [`CMD ${JSON.stringify(containerWords(apps[0]!, { nofile: null }))}`]
      : [],
  ];
  return `${lines.join("\n")}\n`;
}

/** What must not come into an image: secrets, and what is made anew in it. */
function dockerignore({ apps, context, file }: BuiltImage): string {
  const envFiles = apps.flatMap(({ settings }) => envFilesOf(settings.env_file))
    .map((path) => relative(context, path)).filter((path) => !path.startsWith(".."));
  const venvs = apps.flatMap((app) => virtualEnvironmentOf(app) ?? []);
  const entries = [".git", ".env", ...envFiles, "node_modules", ".venv", ...venvs];
  return [
    `# What ${file} leaves out; an older Docker reads it as .dockerignore only.`,
    ...new Set(entries.filter((entry) => !/[\n\r]/.test(entry))),
    "",
  ].join("\n");
}

/** A path in an instruction, where `$` begins a variable. */
function dockerWord(path: string): string {
  return /^[\w./@+-]+$/.test(path) ? path : JSON.stringify(path).replaceAll("$", "\\$");
}
