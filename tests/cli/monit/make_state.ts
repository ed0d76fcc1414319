import { initialState, type MonitState, type ProcessRow } from "../../../src/cli/monit/state.ts";
import type { Listed } from "../../../src/cli/ls/columns.ts";
import { makeMeta } from "../../meta/make_meta.ts";

/** A machine for tests. */
export const HOST = {
  load: [0.5, 0.4, 0.3],
  cores: 4,
  memory: { used: 2 * 1024 ** 3, total: 8 * 1024 ** 3 },
  uptime: 7300,
};

/** A process that is shown; `changes` makes it the one a test needs. */
export function makeRow(
  { stats, ...changes }: Partial<Listed> & { stats?: ProcessRow["stats"] } = {},
): ProcessRow {
  const { status, ...meta } = changes;
  return {
    meta: { ...makeMeta(meta), status: status ?? "online" },
    stats,
    cpu: [0, 5, 10],
    memory: [10, 20, 40],
  };
}

/** A state with these processes, the first one selected. */
export function makeState(
  rows: readonly ProcessRow[],
  changes: Partial<MonitState> = {},
): MonitState {
  const selected = rows[0]?.meta.name;
  return { ...initialState("/srv/tsm", HOST), isSupervised: true, rows, selected, ...changes };
}
