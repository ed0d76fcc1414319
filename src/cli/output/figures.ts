import { formatSize } from "./size.ts";

/** Says a share as per cent; what is less than all never becomes `100%`. */
export function formatShare(share: number | null): string {
  if (share === null) return "-";
  return share === 1 ? "100%" : `${(Math.floor(share * 10_000) / 100).toFixed(2)}%`;
}

/** Says per cent of a core. */
export function formatCpu(percent: number): string {
  return `${percent.toFixed(1)}%`;
}

/** Says memory given in KiB. */
export function formatMemory(kib: number): string {
  return formatSize(kib * 1024);
}

/** Says a growth of memory, KiB an hour, with its sign. */
export function formatGrowth(kib: number | null): string {
  if (kib === null) return "-";
  const sign = kib < 0 ? "-" : "+";
  return `${sign}${formatMemory(Math.abs(kib))}/h`;
}
