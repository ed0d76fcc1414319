/** Shown where there is nothing to show. */
export const NONE = "–";

const UNITS = [["d", 86_400], ["h", 3600], ["min", 60], ["s", 1]] as const;

/**
 * A duration in its two largest units, or one: `3 d 4 h`, `12 s`.
 *
 * @param seconds At least 0.
 */
export function formatDuration(seconds: number): string {
  let rest = Math.max(0, Math.floor(seconds));
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(" ") || "0 s";
}

/** An amount of memory or storage: `48 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  let value = bytes;
  let unit = "B";
  for (const next of ["kB", "MB", "GB", "TB"]) {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** Resident memory, given in KiB. */
export function formatMemory(kibibytes: number | null): string {
  return kibibytes === null ? NONE : formatBytes(kibibytes * 1024);
}

/** Per cent of one core. */
export function formatCpu(percent: number | null): string {
  return percent === null ? NONE : `${percent.toFixed(1)} %`;
}

/** A share, `null`: of nothing. Never rounded up to the whole. */
export function formatShare(share: number | null): string {
  if (share === null) return NONE;
  return share === 1 ? "100 %" : `${(Math.floor(share * 10_000) / 100).toFixed(2)} %`;
}

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: "medium", hourCycle: "h23" });
const DATE = new Intl.DateTimeFormat(undefined, {
  dateStyle: "medium",
  timeStyle: "medium",
  hourCycle: "h23",
});

/** A time of day, where the reader is; with the day where that is not today. */
export function formatTime(epochSeconds: number): string {
  const date = new Date(epochSeconds * 1000);
  const isToday = date.toDateString() === new Date().toDateString();
  return (isToday ? TIME : DATE).format(date);
}

/** `1 line`, `2 lines`. */
export function formatCount(count: number, one: string, several = `${one}s`): string {
  return `${count.toLocaleString()} ${count === 1 ? one : several}`;
}
