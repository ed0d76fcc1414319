import { nearest } from "../../nearest.ts";
import type { Exported } from "../exported_files.ts";
import type { Project } from "../project.ts";
import { type Format, FORMATS } from "../rule.ts";

/** What an export is told besides the apps. */
export interface ExportOptions {
  /** The directory that the files are for, absolute: paths in them begin there. */
  readonly dir: string;
  /** Images that are there, by the name of the app. */
  readonly images: ReadonlyMap<string, string>;
  /** The version of this machine's systemd; `undefined`: it has none. */
  readonly systemd: number | undefined;
  /** The user who asks. */
  readonly owner: string;
}

/**
 * The format that is called `word`.
 *
 * @throws {Deno.errors.InvalidData} if there is none.
 */
export function findFormat(word: string | undefined): Format {
  const found = FORMATS.find((format) => format === word);
  if (found) return found;
  const known = FORMATS.join(", ");
  if (word === undefined) {
    throw new Deno.errors.InvalidData(
      `Cannot export: no format is given; it takes ${known}; example: tsm export systemd tsm.jsonc`,
    );
  }
  const meant = nearest(word.toLowerCase(), FORMATS);
  throw new Deno.errors.InvalidData(
    `Cannot export to '${word}': ${
      meant ? `did you mean '${meant}'? ` : ""
    }the formats are ${known}`,
  );
}

/**
 * Writes a project in a format; only the module of that format is loaded.
 *
 * @throws {Deno.errors.InvalidData} if two processes would have the same file.
 */
export async function exportTo(
  format: Format,
  project: Project,
  options: ExportOptions,
): Promise<Exported> {
  switch (format) {
    case "systemd": {
      const { exportSystemd } = await import("../systemd/systemd.ts");
      return exportSystemd(project, { version: options.systemd, owner: options.owner });
    }
    case "compose": {
      const { exportCompose } = await import("../compose/compose.ts");
      return exportCompose(project, options);
    }
    case "kubernetes": {
      const { exportKubernetes } = await import("../kubernetes/kubernetes.ts");
      return exportKubernetes(project, options);
    }
    case "dockerfile": {
      const { exportDockerfiles } = await import("../dockerfile/dockerfile.ts");
      return exportDockerfiles(project, options);
    }
  }
}
