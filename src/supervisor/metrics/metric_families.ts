import { directoryEntries } from "../../files/directory_entries.ts";
import { sizeOf } from "../../files/path_info.ts";
import { TICKS_PER_SECOND } from "../../process/linux/process_clock.ts";
import { readProcessTable } from "../../process/linux/read_process_table.ts";
import { processPaths, type RuntimeRoot } from "../../root.ts";
import { VERSION } from "../../version.ts";
import type { MetricFamily, Sample } from "./exposition.ts";
import type { ManagedProcess } from "../process/managed_process.ts";
import type { CpuCounter } from "./cpu_counter.ts";
import type { Sampler } from "./sampler.ts";

/** What is measured: a supervisor and its processes. */
export interface Measured {
  readonly root: RuntimeRoot;
  readonly processes: readonly ManagedProcess[];
  readonly sampler: Sampler;
  readonly cpuCounter: CpuCounter;
}

/**
 * What `GET /metrics` tells, as it is now.
 *
 * @param started When the supervisor was started, epoch seconds.
 */
export async function metricFamilies(
  measured: Measured,
  started: number,
): Promise<readonly MetricFamily[]> {
  const { root, processes, sampler, cpuCounter } = measured;
  const table = await readProcessTable();
  cpuCounter.look(table, processes);
  const stats = sampler.peek(table, processes);
  const own = table.get(Deno.pid);
  const now = Date.now() / 1000;
  const each = (value: (managed: ManagedProcess) => number): Sample[] =>
    processes.map((managed) => ({ labels: labelsOf(managed), value: value(managed) }));
  const one = (value: number, labels = {}): Sample[] => [{ labels, value }];
  return [
    {
      name: "tsm_process_up",
      type: "gauge",
      help: "Whether the process runs.",
      samples: each(({ run }) => run ? 1 : 0),
    },
    {
      name: "tsm_process_restarts",
      type: "counter",
      help: "Restarts of the process; 'tsm reset' sets them to zero.",
      samples: each(({ meta }) => meta.restarts),
    },
    {
      name: "tsm_process_cpu_seconds",
      type: "counter",
      help: "CPU time of the process and all it started.",
      samples: each(({ meta }) => cpuCounter.secondsOf(meta.name)),
    },
    {
      name: "tsm_process_memory_bytes",
      type: "gauge",
      help: "Resident memory of the process and all it started.",
      samples: each(({ meta }) => (stats[meta.name]?.mem ?? 0) * 1024),
    },
    {
      name: "tsm_process_uptime_seconds",
      type: "gauge",
      help: "Time since the process was last started; 0 where it does not run.",
      samples: each(({ run }) => run ? Math.floor(run.uptime() / 1000) : 0),
    },
    {
      name: "tsm_process_log_bytes",
      type: "gauge",
      help: "Size of the logs of the process on disk, rotated ones included.",
      samples: processes.flatMap((managed) => logSamples(root, managed)),
    },
    {
      name: "tsm_supervisor_build_info",
      type: "gauge",
      help: "The version of the supervisor.",
      samples: one(1, { version: VERSION }),
    },
    {
      name: "tsm_supervisor_processes",
      type: "gauge",
      help: "Processes the supervisor manages, running or not.",
      samples: one(processes.length),
    },
    {
      name: "tsm_supervisor_uptime_seconds",
      type: "gauge",
      help: "Time since the supervisor was started.",
      samples: one(Math.max(0, Math.floor(now - started))),
    },
    {
      name: "tsm_supervisor_cpu_seconds",
      type: "counter",
      help: "CPU time of the supervisor itself.",
      samples: one((own?.ticks ?? 0) / TICKS_PER_SECOND),
    },
    {
      name: "tsm_supervisor_memory_bytes",
      type: "gauge",
      help: "Resident memory of the supervisor itself.",
      samples: one((own?.rss ?? 0) * 1024),
    },
  ];
}

function labelsOf({ meta, spec }: ManagedProcess): Readonly<Record<string, string>> {
  return { name: meta.name, namespace: spec.namespace };
}

function logSamples(root: RuntimeRoot, managed: ManagedProcess): Sample[] {
  const { dir } = processPaths(root, managed.meta.name);
  const sizes = { out: 0, err: 0 };
  for (const { name, isFile } of directoryEntries(dir)) {
    const stream = /\.(out|err)(\.gz)?$/.exec(name)?.[1] as keyof typeof sizes | undefined;
    if (isFile && stream) sizes[stream] += sizeOf(`${dir}/${name}`);
  }
  return Object.entries(sizes).map(([stream, value]) => ({
    labels: { ...labelsOf(managed), stream },
    value,
  }));
}
