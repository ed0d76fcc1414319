import { LITTLE_SPACE } from "../../files/free_space.ts";
import { runShell } from "../../process/run_shell.ts";
import type { Context } from "../context.ts";
import { formatSize } from "../output/size.ts";
import { existingPart } from "./existing_part.ts";
import type { CheckResult } from "./check_result.ts";

const check = "disk";
const LITTLE = 500 * 1024 * 1024;
const FEW_INODES = 1000;

/** Looks how much room the root's file system has. */
export async function checkDisk({ root }: Context): Promise<readonly CheckResult[]> {
  const path = existingPart(root.base);
  const free = (await lastNumber("df -Pk -- ", path)) * 1024;
  const inodes = await lastNumber("df -Pi -- ", path);
  if (Number.isNaN(free)) return [{ check, status: "note", message: "'df' does not tell" }];
  const fix = "make room; 'tsm flush' empties logs, 'tsm set retention.days 7' keeps less history";
  const message = `${formatSize(free)} are free where ${path} lies`;
  if (inodes < FEW_INODES) {
    const message = `only ${inodes} files more can be made where ${path} lies`;
    return [{ check, status: "problem", message, fix: "remove files: its inodes are used up" }];
  }
  if (free < LITTLE_SPACE) return [{ check, status: "problem", message, fix }];
  return [
    free < LITTLE ? { check, status: "note", message, fix } : { check, status: "ok", message },
  ];
}

/** The column 'available' of `df`; none where the share in use is `-`, as of btrfs's inodes. */
async function lastNumber(command: string, path: string): Promise<number> {
  const line = (await runShell(`${command}"$1"`, path)).trimEnd().split("\n").at(-1) ?? "";
  const available = /\s(\d+)\s+\d+%\s+\/.*$/.exec(line)?.[1];
  return available === undefined ? NaN : Number(available);
}
