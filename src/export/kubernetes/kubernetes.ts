/**
 * Manifests for Kubernetes: a file for each app, and a kustomization that lists them.
 *
 * Format: kubernetes.io/docs/reference/kubernetes-api, v1.30.
 *
 * @module
 */
import { envFilesOf } from "../../program/env_files.ts";
import { containerLosses, containerVariables, containerWords, OWN_NETWORK } from "../container.ts";
import {
  type BuiltImage,
  dockerfilesOf,
  imageByApp,
  imagesToBuild,
} from "../dockerfile/dockerfile.ts";
import { type ExportedApp, hasPortsOfItsOwn } from "../exported_app.ts";
import { checkNames, type Exported, type ExportedFile } from "../exported_files.ts";
import { kubernetesNames } from "./kubernetes_names.ts";
import { KUBERNETES_RULES, type KubernetesPiece } from "./kubernetes_rules.ts";
import { type JsonObject, mergeDeep } from "../merge_deep.ts";
import { isTask, type Project } from "../project.ts";
import { applyRules, type Loss, lossText } from "../rule.ts";
import { type YamlComment, yamlText } from "../yaml_text.ts";

interface KubernetesOptions {
  readonly dir: string;
  readonly images: ReadonlyMap<string, string>;
}

/** An object of the API, with what is said of it. */
interface Manifest {
  readonly object: JsonObject;
  readonly comments?: readonly YamlComment[];
}

/** Everything that the manifests of one app are made of. */
interface AppParts {
  readonly app: ExportedApp;
  readonly project: Project;
  /** The name of its objects. */
  readonly name: string;
  readonly image: string;
  readonly pieces: readonly KubernetesPiece[];
}

/**
 * Writes the manifests of a project, and the Dockerfiles of what has no image.
 *
 * @throws {Deno.errors.InvalidData} if two files would have one name.
 */
export function exportKubernetes(project: Project, { dir, images }: KubernetesOptions): Exported {
  const built = imagesToBuild(project, images);
  const ownImages = imageByApp(built);
  const dockerfiles = dockerfilesOf(built, dir);
  const names = kubernetesNames(project.apps);
  const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const made = project.apps.map((app) => {
    const name = names.get(app.name)!;
    const about = { name, timezone };
    const { pieces, losses } = applyRules(KUBERNETES_RULES, { app, project, about });
    const own = ownImages.get(app.name);
    const given = images.get(app.name);
    const image = own?.tag ?? given!;
    const lost = [...losses, ...frameLosses(app, name), ...imageLosses(app, own, given)];
    const parts = { app, project, name, image, pieces };
    return { file: { name: `${name}.yaml`, text: manifestText(parts, lost) }, losses: lost };
  });
  const files: ExportedFile[] = [
    ...made.map(({ file }) => file),
    kustomization(made.map(({ file }) => file.name)),
    ...dockerfiles.files.map((file) => ({ ...file, isBeside: true as const })),
  ];
  checkNames(files);
  return {
    files,
    losses: [...made.flatMap(({ losses }) => losses), ...dockerfiles.losses],
    notes: project.apps.length > 1 ? [OWN_NETWORK] : [],
    next: "kubectl apply -k DIR",
  };
}

function frameLosses(app: ExportedApp, name: string): readonly Loss[] {
  const names = [...Object.keys(app.variables), ...app.secrets];
  const lose = (what: string, why: string): Loss => ({ app: app.name, what, why });
  return [
    ...name === app.name ? [] : [lose("name", `its objects are called '${name}'`)],
    ...names.filter((key) => !isVariableName(key)).map((key) =>
      lose("env", `${JSON.stringify(key)} is no name of a variable for Kubernetes`)
    ),
  ];
}

function imageLosses(
  app: ExportedApp,
  built: BuiltImage | undefined,
  image: string | undefined,
): readonly Loss[] {
  const lost = containerLosses(app, { image, secretsGoTo: "the Secret has to be made by hand" });
  if (built === undefined) return lost;
  const { tag, file } = built;
  const why =
    `'${tag}' is to be built from ${file} and pushed to a registry; --image names another`;
  return [...lost, { app: app.name, what: "image", why }];
}

function manifestText(parts: AppParts, losses: readonly Loss[]): string {
  const { app, name } = parts;
  const labels = Object.assign(
    { "app.kubernetes.io/name": name },
    ...parts.pieces.map(({ labels }) => labels ?? {}),
  );
  const manifests = [
    ...configMapOf(parts),
    workloadOf(parts, labels),
    ...serviceOf(parts),
  ];
  const head = [
    `${app.name}: made by 'tsm export kubernetes'.`,
    ...losses.map((loss) => `Not carried over: ${lossText(loss)}.`),
  ];
  return manifests.map(({ object, comments = [] }, index) => {
    const metadata = { metadata: { name, labels } };
    const { apiVersion, kind, ...others } = object;
    const whole = mergeDeep([{ apiVersion, kind }, metadata, others]);
    return `---\n${yamlText(whole, { head: index === 0 ? head : [], comments })}`;
  }).join("");
}

/** The plain variables; there are none of secrets in it. */
function configMapOf({ app }: AppParts): readonly Manifest[] {
  const data = Object.entries(containerVariables(app)).filter(([key]) => isVariableName(key));
  if (data.length === 0) return [];
  return [{ object: { apiVersion: "v1", kind: "ConfigMap", data: Object.fromEntries(data) } }];
}

function serviceOf({ app, project, name }: AppParts): readonly Manifest[] {
  const { port, schedule } = app.settings;
  if (port === null || schedule !== null || isTask(project, app)) return [];
  // Of a StatefulSet each pod has a name of its own below that of the Service.
  const headless = hasPortsOfItsOwn(app) ? { clusterIP: "None" } : {};
  const spec = { ...headless, selector: selectorOf(name), ports: [{ port, targetPort: port }] };
  return [{ object: { apiVersion: "v1", kind: "Service", spec } }];
}

function selectorOf(name: string): Readonly<Record<string, string>> {
  return { "app.kubernetes.io/name": name };
}

function workloadOf(parts: AppParts, labels: Readonly<Record<string, string>>): Manifest {
  const { app, project, name, pieces } = parts;
  const pod = mergeDeep([
    { containers: [containerOf(parts)] },
    // As pid 1 a program without a handler of its own would ignore the signal that ends it, and
    // nobody would reap its orphans: here the pause container is pid 1.
    { shareProcessNamespace: true },
    // Else a Service called 'redis' gives every pod a REDIS_PORT that is a URL.
    { enableServiceLinks: false },
    // None of them knows of a cluster, so none needs a token for it.
    { automountServiceAccountToken: false },
    ...pieces.map(({ pod }) => pod ?? {}),
  ]);
  const template = { metadata: { labels }, spec: pod };
  const spec = mergeDeep(pieces.map(({ workload }) => workload ?? {}));
  const comments = (...way: readonly string[]) => commentsOn(parts, [...way, "template", "spec"]);
  if (app.settings.schedule !== null) {
    return {
      object: {
        apiVersion: "batch/v1",
        kind: "CronJob",
        // A run that fails is not tried again: the next one is.
        spec: { ...spec, jobTemplate: { spec: { backoffLimit: 0, template } } },
      },
      comments: comments("spec", "jobTemplate", "spec"),
    };
  }
  if (isTask(project, app)) {
    return {
      object: { apiVersion: "batch/v1", kind: "Job", spec: { ...spec, template } },
      comments: comments("spec"),
    };
  }
  const selector = { matchLabels: selectorOf(name) };
  const isStateful = hasPortsOfItsOwn(app);
  return {
    object: {
      apiVersion: "apps/v1",
      kind: isStateful ? "StatefulSet" : "Deployment",
      spec: {
        replicas: 1,
        ...spec,
        ...isStateful ? { serviceName: name } : {},
        selector,
        template,
      },
    },
    comments: comments("spec"),
  };
}

/** How what is only referred to has to be made. */
function commentsOn({ app, name }: AppParts, way: readonly string[]): readonly YamlComment[] {
  const path = [...way, "containers"];
  const files = envFilesOf(app.settings.env_file).map((file, index) =>
    `kubectl create secret generic ${envFileSecret(name, index)} --from-env-file=${file}`
  );
  const literals = app.secrets.filter(isVariableName).map((key) => `--from-literal=${key}=…`);
  const secrets = literals.length === 0
    ? []
    : [`kubectl create secret generic ${name}-secrets ${literals.join(" ")}`];
  const commands = [...files, ...secrets];
  if (commands.length === 0) return [];
  return ["What is secret is not written here. To make it:", ...commands]
    .map((text) => ({ path, text }));
}

function envFileSecret(name: string, index: number): string {
  return index === 0 ? `${name}-env-file` : `${name}-env-file-${index + 1}`;
}

function containerOf({ app, name, image, pieces }: AppParts): JsonObject {
  const { port, nofile, env_file } = app.settings;
  const hasConfig = Object.keys(containerVariables(app)).some(isVariableName);
  const envFrom = [
    // A later one prevails, as a variable that is set prevails over an env file.
    ...envFilesOf(env_file).map((_, index) => ({
      secretRef: { name: envFileSecret(name, index) },
    })),
    ...hasConfig ? [{ configMapRef: { name } }] : [],
  ];
  const env = [
    ...hasPortsOfItsOwn(app) ? [{ name: "TSM_INSTANCE", valueFrom: POD_INDEX }] : [],
    ...app.secrets.filter(isVariableName).map((key) => ({
      name: key,
      valueFrom: { secretKeyRef: { name: `${name}-secrets`, key } },
    })),
  ];
  return mergeDeep([
    {
      name,
      image,
      // `$(NAME)` would be expanded.
      args: containerWords(app, { nofile }).map((word) => word.replaceAll("$", "$$$$")),
    },
    ...port === null ? [] : [{ ports: [{ containerPort: port }] }],
    ...envFrom.length === 0 ? [] : [{ envFrom }],
    ...env.length === 0 ? [] : [{ env }],
    ...pieces.map(({ container }) => container ?? {}),
  ]);
}

const POD_INDEX = {
  fieldRef: { fieldPath: "metadata.labels['apps.kubernetes.io/pod-index']" },
} as const;

function kustomization(resources: readonly string[]): ExportedFile {
  const value = { apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization", resources };
  const text = yamlText(value, { head: ["Made by 'tsm export kubernetes'."], comments: [] });
  return { name: "kustomization.yaml", text, isBeside: true };
}

/** Whether a container can have a variable of this name. */
function isVariableName(name: string): boolean {
  return /^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(name);
}
