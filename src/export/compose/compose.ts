/**
 * A file for Compose: a service for each app.
 *
 * Format: the Compose Specification, docs.docker.com/reference/compose-file.
 *
 * @module
 */
import { relative } from "@std/path/posix";
import { COMPOSE_RULES, relativePath, type ServicePiece } from "./compose_rules.ts";
import { containerLosses, containerVariables, containerWords, OWN_NETWORK } from "../container.ts";
import {
  type BuiltImage,
  dockerfilesOf,
  imageByApp,
  imagesToBuild,
} from "../dockerfile/dockerfile.ts";
import type { ExportedApp } from "../exported_app.ts";
import type { Exported } from "../exported_files.ts";
import { mergeDeep } from "../merge_deep.ts";
import type { Project } from "../project.ts";
import { applyRules, type Loss, lossText } from "../rule.ts";
import { type YamlComment, yamlText } from "../yaml_text.ts";

/** What the file is written for. */
interface ComposeOptions {
  readonly dir: string;
  readonly images: ReadonlyMap<string, string>;
}

/** Writes the compose file of a project, and the Dockerfiles of what has no image. */
export function exportCompose(project: Project, { dir, images }: ComposeOptions): Exported {
  const built = imagesToBuild(project, images);
  const own = imageByApp(built);
  const dockerfiles = dockerfilesOf(built, dir);
  const made = project.apps.map((app) => {
    const image = images.get(app.name);
    const { pieces, losses } = applyRules(COMPOSE_RULES, { app, project, about: { dir } });
    const source = image ?? own.get(app.name)!;
    const secretsGoTo = "Compose takes it from the environment of 'docker compose up'";
    return {
      app,
      service: serviceOf(app, pieces, source, dir),
      losses: [...losses, ...containerLosses(app, { image, secretsGoTo })],
    };
  });
  const services = Object.fromEntries(made.map(({ app, service }) => [app.name, service]));
  const text = yamlText({ services: withDollarsDoubled(services) }, {
    head: ["Made by 'tsm export compose'."],
    comments: made.flatMap(({ app, losses }) => commentsOn(app, losses)),
  });
  return {
    files: [
      { name: "compose.yaml", text },
      ...dockerfiles.files.map((file) => ({ ...file, isBeside: true as const })),
    ],
    losses: [...made.flatMap(({ losses }) => losses), ...dockerfiles.losses],
    notes: project.apps.length > 1 ? [OWN_NETWORK] : [],
    next: "docker compose -f DIR/compose.yaml up -d",
  };
}

function commentsOn(app: ExportedApp, losses: readonly Loss[]): readonly YamlComment[] {
  const path = ["services", app.name];
  return [
    ...losses.map((loss) => ({ path, text: `Not carried over: ${lossText(loss)}.` })),
    { path: [...path, "ports"], text: "Without '127.0.0.1:' other machines reach it too." },
  ];
}

function serviceOf(
  app: ExportedApp,
  pieces: readonly ServicePiece[],
  source: string | BuiltImage,
  dir: string,
): Readonly<Record<string, unknown>> {
  const environment = {
    ...containerVariables(app),
    // Without a value: that of the shell.
    ...Object.fromEntries(app.secrets.map((name) => [name, null])),
  };
  return mergeDeep([
    typeof source === "string"
      ? { image: source }
      : { image: source.tag, build: buildOf(source, dir) },
    { command: containerWords(app, { nofile: null }) },
    // As pid 1 a program without a handler of its own would ignore the signal that ends it, and
    // nobody would reap its orphans.
    { init: true },
    ...Object.keys(environment).length === 0 ? [] : [{ environment }],
    ...pieces,
  ]);
}

function buildOf({ context, file }: BuiltImage, dir: string): Readonly<Record<string, string>> {
  const dockerfile = relative(context, `${dir}/${file}`);
  return {
    context: relativePath(dir, context),
    ...dockerfile === "Dockerfile" ? {} : { dockerfile },
  };
}

/** Protects what Compose would expand in any value: `$HOME` and the like. */
function withDollarsDoubled(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("$", "$$$$");
  if (Array.isArray(value)) return value.map(withDollarsDoubled);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withDollarsDoubled(item)]),
  );
}
