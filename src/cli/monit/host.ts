/** How the machine is doing. */
export interface Host {
  /** Load averages of 1, 5 and 15 minutes. */
  readonly load: readonly number[];
  readonly cores: number;
  /** Bytes. */
  readonly memory: { readonly used: number; readonly total: number };
  /** Seconds. */
  readonly uptime: number;
}

/** Looks how the machine is doing. */
export function readHost(): Host {
  const { total, available } = Deno.systemMemoryInfo();
  return {
    load: Deno.loadavg(),
    cores: navigator.hardwareConcurrency,
    memory: { used: total - available, total },
    uptime: Deno.osUptime(),
  };
}
