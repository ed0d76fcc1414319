import { fromFileUrl } from "@std/path/posix";
import type { Launched } from "./launched.ts";

/** A file as real projects have them, and what PM2 made of it. */
export interface RecordedFile {
  /** The directory of the project, beside this module. */
  readonly dir: string;
  /** The file, from that directory on, which is the shell's too. */
  readonly file: string;
  /** The environment that is chosen by PM2's `--env`. */
  readonly envName?: string;
}

const CONFIG = "ecosystem.config.cjs";

/** The files that are compared, in which stands what stands in real ones. */
export const RECORDED_FILES: readonly RecordedFile[] = [
  { dir: "01-web-app", file: CONFIG },
  { dir: "02-cluster", file: CONFIG, envName: "production" },
  { dir: "03-monorepo", file: CONFIG },
  { dir: "04-command-lines", file: CONFIG },
  { dir: "05-deploy", file: CONFIG, envName: "production" },
  { dir: "06-interpreters", file: CONFIG },
  { dir: "07-wait-ready", file: CONFIG },
  { dir: "08-node-args", file: CONFIG },
  { dir: "09-increment-port", file: CONFIG },
  { dir: "10-instance-var", file: CONFIG },
  { dir: "11-unnamed", file: CONFIG },
  { dir: "12-empty-texts", file: CONFIG },
  { dir: "13-names", file: CONFIG },
  { dir: "14-subdirectory", file: `deploy/${CONFIG}` },
  { dir: "15-watch", file: CONFIG },
  { dir: "16-json", file: "ecosystem.config.json", envName: "production" },
  { dir: "17-yaml", file: "ecosystem.config.yml" },
  { dir: "18-directories", file: CONFIG },
  { dir: "19-generated", file: CONFIG },
  { dir: "20-environment-names", file: CONFIG, envName: "staging" },
];

/** What PM2 made of a file when it was recorded. */
export function readRecording({ dir }: RecordedFile): readonly Launched[] {
  return JSON.parse(Deno.readTextFileSync(recordingPath(dir)));
}

/** Where that is kept. */
export function recordingPath(dir: string): string {
  return fromFileUrl(new URL(`${dir}/recorded.json`, import.meta.url));
}
