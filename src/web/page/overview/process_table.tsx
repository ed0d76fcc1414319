import { ActionButtons } from "../actions/action_buttons.tsx";
import type { LastHour } from "../connection/use_live_processes.ts";
import { moodOf } from "../parts/status_badge.tsx";
import { useApi } from "../parts/use_api.ts";
import { useMedia } from "../parts/use_media.ts";
import { useWindow } from "../parts/use_window.ts";
import { type Arrangement, type ListLine, SORT_KEYS, type SortKey } from "./arrange.ts";
import { CELLS, COLUMN_NAMES } from "./columns.tsx";

/** Pixels of a row, on a desk and on a phone; `style.css` has the same. */
const HEIGHT = { wide: 38, narrow: 66 };

/**
 * The list as a table. It is no `<table>`: of a thousand rows only those that are seen are drawn, and
 * on a phone a row takes two lines.
 */
export function ProcessTable({ lines, lastHour, arrangement, onSort, onDone }: {
  readonly lines: readonly ListLine[];
  readonly lastHour: LastHour;
  readonly arrangement: Arrangement;
  readonly onSort: (key: SortKey) => void;
  readonly onDone: () => void;
}) {
  const isNarrow = useMedia("(max-width: 56rem)");
  const height = isNarrow ? HEIGHT.narrow : HEIGHT.wide;
  const { scroller, first, end } = useWindow(lines.length, height);
  const mayAct = !useApi().session.read_only;
  return (
    <div
      class="list"
      role="table"
      aria-label="Processes"
      aria-rowcount={lines.length + 1}
      aria-colcount={SORT_KEYS.length + (mayAct ? 1 : 0)}
    >
      <div role="rowgroup" class="list-head">
        <div role="row" class="list-row" aria-rowindex={1}>
          {SORT_KEYS.map((key) => (
            <SortHeader key={key} sortKey={key} arrangement={arrangement} onSort={onSort} />
          ))}
          {mayAct && <div role="columnheader" class="cell-actions">Actions</div>}
        </div>
      </div>
      <div ref={scroller} class="list-body" role="rowgroup" tabIndex={0} aria-label="Rows">
        <div class="list-all" role="presentation" style={{ height: `${lines.length * height}px` }}>
          {lines.slice(first, end).map((line, index) => {
            const place = {
              "aria-rowindex": first + index + 2,
              style: { transform: `translateY(${(first + index) * height}px)` },
            };
            if (line.kind === "namespace") {
              return (
                <div key={`namespace ${line.name}`} role="row" class="list-row group" {...place}>
                  <div role="cell" aria-colspan={SORT_KEYS.length}>
                    {line.name} <small>{line.count}</small>
                  </div>
                </div>
              );
            }
            const { row } = line;
            return (
              <div key={row.tsm_id} role="row" class={`list-row ${moodOf(row)}`} {...place}>
                {SORT_KEYS.map((key) => (
                  <div key={key} role="cell" class={`cell-${key}`}>
                    {CELLS[key](row, lastHour[row.name] ?? [])}
                  </div>
                ))}
                {mayAct && (
                  <div role="cell" class="cell-actions">
                    <ActionButtons of={row} isShort onDone={onDone} />
                  </div>
                )}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function SortHeader({ sortKey, arrangement: { sort, isDescending }, onSort }: {
  readonly sortKey: SortKey;
  readonly arrangement: Arrangement;
  readonly onSort: (key: SortKey) => void;
}) {
  const order = sort !== sortKey ? "none" : isDescending ? "descending" : "ascending";
  return (
    <div role="columnheader" aria-sort={order} class={`cell-${sortKey}`}>
      <button type="button" onClick={() => onSort(sortKey)}>
        {COLUMN_NAMES[sortKey]}
        <span aria-hidden="true">{order === "none" ? "" : isDescending ? " ↓" : " ↑"}</span>
      </button>
    </div>
  );
}
