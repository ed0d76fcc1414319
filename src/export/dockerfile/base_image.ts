import { basename, relative, resolve } from "@std/path/posix";
import type { ExportedApp } from "../exported_app.ts";

/** How a program comes into an image. */
interface Source {
  /** The image that has it. */
  readonly image: string;
  /** The packages of Debian that have it, for an image that needs several programs. */
  readonly packages: readonly string[];
}

const SLIM = "docker.io/library/debian:bookworm-slim";
const NODE: Source = {
  image: "docker.io/library/node:22-bookworm-slim",
  packages: ["nodejs"],
};
/** Debian's npm brings hundreds of packages: only what calls it gets it. */
const NPM: Source = { ...NODE, packages: ["nodejs", "npm"] };

/** Programs by the name that a command has for them. */
const SOURCES: Readonly<Record<string, Source>> = {
  node: NODE,
  npm: NPM,
  npx: NPM,
  python3: {
    image: "docker.io/library/python:3.12-slim-bookworm",
    packages: ["python3", "python3-venv"],
  },
  ruby: { image: "docker.io/library/ruby:3-slim-bookworm", packages: ["ruby"] },
  perl: { image: "docker.io/library/perl:5-slim-bookworm", packages: ["perl"] },
  php: { image: "docker.io/library/php:8-cli-bookworm", packages: ["php-cli"] },
  java: {
    image: "docker.io/library/eclipse-temurin:21-jre",
    packages: ["default-jre-headless"],
  },
  deno: { image: "docker.io/denoland/deno:debian", packages: [] },
  bun: { image: "docker.io/oven/bun:1-debian", packages: [] },
};

/** Programs that Debian's slim image has. */
const IN_SLIM = /^(sh|dash|bash|env|nice|sleep|cat|true|false|tail|test|echo|sed|grep|tar|perl)$/;

/** Words that a line of shell may begin with and that are no programs. */
const BUILT_IN =
  /^(case|cd|command|eval|exec|export|for|if|read|set|trap|ulimit|umask|until|wait|while)$/;

/** The image to begin with. */
export interface BaseImage {
  readonly image: string;
  /** Packages that are added. */
  readonly packages: ReadonlySet<string>;
  /** Programs that nobody knows a package for. */
  readonly unknown: readonly { readonly app: string; readonly program: string }[];
}

/** Finds the image that has what the commands of `apps` run. */
export function baseImage(apps: readonly ExportedApp[]): BaseImage {
  const programs = [...programsOf(apps)];
  const images = new Set(programs.flatMap((program) => sourceOf(program)?.image ?? []));
  const [only = SLIM] = images;
  const isOne = images.size <= 1;
  const needsCurl = apps.some(({ settings }) => settings.health?.type === "http");
  const withoutPackage = isOne
    ? []
    : programs.filter((program) => sourceOf(program)?.packages.length === 0);
  const packages = isOne ? [] : programs.flatMap((program) => sourceOf(program)?.packages ?? []);
  const unknown = apps.flatMap((app) =>
    [...programsOf([app])]
      .filter((program) =>
        withoutPackage.includes(program) || !sourceOf(program) && !IN_SLIM.test(program)
      )
      .map((program) => ({ app: app.name, program }))
  );
  return {
    image: isOne ? only : SLIM,
    packages: new Set([...packages, ...needsCurl ? ["curl"] : []]),
    unknown,
  };
}

function sourceOf(program: string): Source | undefined {
  return Object.hasOwn(SOURCES, program) ? SOURCES[program] : undefined;
}

/** The programs that an image must have; files of the working directory come with it. */
export function programsOf(apps: readonly ExportedApp[]): ReadonlySet<string> {
  return new Set(apps.flatMap((app) => {
    const [first = "", option, line] = app.argv;
    if (virtualEnvironmentOf(app) !== undefined) return ["python3"];
    if (/^\/(usr\/)?bin\/(ba|da)?sh$/.test(first) && option === "-c" && line !== undefined) {
      return [plainName(basename(first)), ...programsOfLine(line)];
    }
    const isOfDirectory = first.includes("/") &&
      (!first.startsWith("/") || first.startsWith(`${app.cwd}/`));
    return isOfDirectory ? [] : [plainName(basename(first))];
  }));
}

/** The program that a line of shell begins with, where it can be told: `exec node a.js && b`. */
function programsOfLine(line: string): readonly string[] {
  const word = line.trim().replace(/^exec\s+/, "").split(/\s+/)[0] ?? "";
  return /^[A-Za-z][\w.+-]*$/.test(word) && !BUILT_IN.test(word) ? [plainName(word)] : [];
}

function plainName(program: string): string {
  return /^python[0-9.]*$/.test(program) ? "python3" : program;
}

/** The virtual environment in its working directory whose Python an app runs; `undefined`: none. */
export function virtualEnvironmentOf({ argv, cwd }: ExportedApp): string | undefined {
  const path = argv[0]?.includes("/") ? resolve(cwd, argv[0]) : "";
  const match = /\p{Cc}/u.test(path) ? null : /^(.*)\/bin\/[^/]+$/.exec(path);
  const dir = match && relative(cwd, match[1]!);
  const isPython = /\/python[0-9.]*$/.test(argv[0] ?? "") || /venv|virtualenv/.test(dir ?? "");
  return dir && !dir.startsWith("..") && isPython ? dir : undefined;
}
