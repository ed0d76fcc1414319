import { fromFileUrl } from "@std/path/posix";
import type { SupervisordProcess } from "../../src/supervisord/read_programs.ts";

const DIR = fromFileUrl(new URL("recorded", import.meta.url));

/** The environment in which the files were recorded: that of `record.py`. */
export const RECORDED_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: "/usr/bin:/bin",
  HOME: "/home/app",
  USER: "app",
  APP_USER: "app",
  DB: "postgres://airflow:p@ss word@db/airflow",
  FLOWER_PASSWORD: "s3cret",
  REDIS_URL: "redis://localhost:6379/0",
  WORKERS: "3",
  ENABLED: "true",
};

/** What supervisord makes of a process, as `record.py` prints it. */
export type RecordedProcess = Omit<SupervisordProcess, "stdout" | "stderr"> & {
  readonly group: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly stdoutSize: number;
  readonly stdoutFiles: number;
};

/** What supervisord makes of a file. */
export interface Recorded {
  readonly umask: number;
  readonly minfds: number;
  readonly directory: string | null;
  readonly processes: readonly RecordedProcess[];
}

/** A configuration, and what was recorded of it. */
export interface RecordedFile {
  readonly name: string;
  /** The directory, absolute: it stands for `$HERE`. */
  readonly dir: string;
  /** The main file, absolute. */
  readonly path: string;
  /** The text of what was recorded. */
  readonly text: string;
}

/** All configurations that were recorded. */
export function recordedFiles(): readonly RecordedFile[] {
  return [...Deno.readDirSync(DIR)].filter(({ isDirectory }) => isDirectory)
    .map(({ name }) => name).sort().map((name) => {
      const dir = `${DIR}/${name}`;
      const text = Deno.readTextFileSync(`${dir}/recorded.json`);
      return { name, dir, path: `${dir}/supervisord.conf`, text };
    });
}

/** The script that records a file. */
export const RECORD = `${DIR}/record.py`;
