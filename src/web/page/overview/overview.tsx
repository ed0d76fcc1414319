import { useMemo } from "preact/hooks";
import type { ProcessRow } from "../connection/answers.ts";
import type { LiveProcesses } from "../connection/use_live_processes.ts";
import { formatCount } from "../parts/format.ts";
import { moodOf, stateOf } from "../parts/status_badge.tsx";
import { arrange, type Arrangement, SORT_KEYS, type SortKey } from "./arrange.ts";
import { COLUMN_NAMES } from "./columns.tsx";
import { ProcessTable } from "./process_table.tsx";

/** All processes: live, sorted and filtered as one likes. */
export function Overview({ live, arrangement, onArrange }: {
  readonly live: LiveProcesses;
  readonly arrangement: Arrangement;
  readonly onArrange: (arrangement: Arrangement) => void;
}) {
  const { rows, lastHour, refresh } = live;
  const lines = useMemo(() => arrange(rows ?? [], arrangement), [rows, arrangement]);
  if (rows === undefined) return <p class="empty">{live.problem ?? "Loading …"}</p>;
  const shown = lines.filter(({ kind }) => kind === "process").length;
  return (
    <section class="overview" aria-labelledby="overview-heading">
      <h1 id="overview-heading" class="unseen">Processes</h1>
      <div class="toolbar">
        <input
          type="search"
          placeholder="Filter by name, status, port …"
          aria-label="Filter"
          value={arrangement.filter}
          onInput={(event) => onArrange({ ...arrangement, filter: event.currentTarget.value })}
        />
        <label class="narrow-only">
          Sort by{" "}
          <select
            value={arrangement.sort}
            onChange={(event) => {
              const sort = event.currentTarget.value as SortKey;
              onArrange({ ...arrangement, sort, isDescending: isLargestFirst(sort) });
            }}
          >
            {SORT_KEYS.map((key) => <option key={key} value={key}>{COLUMN_NAMES[key]}</option>)}
          </select>
        </label>
        <Summary rows={rows} shown={shown} />
      </div>
      {lines.length > 0
        ? (
          <ProcessTable
            lines={lines}
            lastHour={lastHour}
            arrangement={arrangement}
            onSort={(sort) =>
              onArrange({
                ...arrangement,
                sort,
                isDescending: sort === arrangement.sort
                  ? !arrangement.isDescending
                  : isLargestFirst(sort),
              })}
            onDone={refresh}
          />
        )
        : (
          <p class="empty">
            {rows.length === 0
              ? 'Nothing is listed yet: tsm start "node server.js" --name myapp'
              : "No process has all of these words."}
          </p>
        )}
    </section>
  );
}

/** Of what can be much, the most comes first. */
function isLargestFirst(sort: SortKey): boolean {
  return sort === "cpu" || sort === "mem" || sort === "restarts";
}

/** How many there are of which state, what is wrong first. */
function Summary({ rows, shown }: {
  readonly rows: readonly ProcessRow[];
  readonly shown: number;
}) {
  const counts = Map.groupBy(rows, stateOf);
  const parts = [...counts].map(([state, members]) => ({
    state,
    count: members.length,
    mood: moodOf(members[0]!),
  })).toSorted((a, b) => Number(b.mood === "bad") - Number(a.mood === "bad"));
  const all = formatCount(rows.length, "process", "processes");
  return (
    <p class="summary">
      {shown < rows.length ? `${shown} of ${all}` : all}
      {parts.map(({ state, count, mood }) => (
        <span key={state} class={`badge ${mood}`}>{count} {state}</span>
      ))}
    </p>
  );
}
