/**
 * Checks objects of Kubernetes by the API's own schema.
 *
 * @module
 */
import { assert } from "@std/assert";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { StatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import { CronJob } from "kubernetes-models/batch/v1/CronJob";
import { Job } from "kubernetes-models/batch/v1/Job";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import { Service } from "kubernetes-models/v1/Service";
import { parse } from "@std/yaml";

/** An object of the API, as far as tests look into it. */
export interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec?: unknown;
  readonly data?: Readonly<Record<string, string>>;
}

const MODELS = { Deployment, StatefulSet, CronJob, Job, ConfigMap, Service } as const;

/**
 * Reads the objects of a file and checks each.
 *
 * @throws where the schema of its kind refuses one, or a name is none.
 */
export function readObjects(text: string): readonly KubernetesObject[] {
  return text.split(/^---\n/m).slice(1).map((document) => {
    const object = parse(document) as KubernetesObject & { kind: keyof typeof MODELS };
    const Model = MODELS[object.kind];
    assert(Model !== undefined, `there is no model for ${object.kind}`);
    new Model(object as never).validate();
    // The schema takes any text; the API does not.
    assert(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(object.metadata.name), object.metadata.name);
    for (const value of Object.values(object.metadata.labels)) {
      assert(/^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/.test(value), value);
    }
    return object;
  });
}
