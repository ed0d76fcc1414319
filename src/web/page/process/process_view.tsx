import { ActionButtons } from "../actions/action_buttons.tsx";
import type { ProcessDescription, ProcessRow } from "../connection/answers.ts";
import { LogView } from "../logs/log_view.tsx";
import { StatusBadge } from "../parts/status_badge.tsx";
import { useLoaded } from "../parts/use_api.ts";
import { linkTo, PROCESS_PARTS, type ProcessPart } from "../parts/routes.ts";
import { ChartsView } from "./charts_view.tsx";
import { Facts } from "./facts.tsx";
import { HistoryView } from "./history_view.tsx";
import { processPath } from "../parts/process_path.ts";
import { SettingsView } from "./settings_view.tsx";

/** Milliseconds between two looks at what changes seldom. */
const LOOK_EVERY = 10_000;

const PART_NAMES: Readonly<Record<ProcessPart, string>> = {
  log: "Log",
  charts: "Charts",
  history: "History",
  settings: "Settings",
};

/** One process: how it is doing, and one of its parts below. */
export function ProcessView({ name, part, row, isListed, onDone }: {
  readonly name: string;
  readonly part: ProcessPart;
  /** As the list has it. */
  readonly row: ProcessRow | undefined;
  /** `undefined` while the list is not there yet. */
  readonly isListed: boolean | undefined;
  readonly onDone: () => void;
}) {
  // Looked at anew whenever something has happened to it.
  const key = `${name} ${row?.status} ${row?.pid} ${row?.restarts}`;
  const { value: described } = useLoaded(
    (api) => api.get<ProcessDescription>(processPath(name)),
    key,
    LOOK_EVERY,
  );
  if (isListed === false) {
    return (
      <section class="process">
        <h1>{name}</h1>
        <p class="empty">
          No process of this name is listed now. What is known of its past:
        </p>
        <HistoryView name={name} changed="" />
      </section>
    );
  }
  return (
    <section class={`process part-${part}`} aria-labelledby="process-heading">
      <div class="process-head">
        <h1 id="process-heading">{name}</h1>
        {row && <StatusBadge of={row} />}
        {row && <ActionButtons of={row} onDone={onDone} />}
      </div>
      {row && <Facts row={row} described={described} />}
      <nav class="parts" aria-label={`Parts of ${name}`}>
        {PROCESS_PARTS.map((each) => (
          <a
            key={each}
            href={linkTo({ view: "process", name, part: each })}
            {...each === part ? { "aria-current": "page" as const } : {}}
          >
            {PART_NAMES[each]}
          </a>
        ))}
      </nav>
      {part === "log" && <LogView name={name} />}
      {part === "charts" && <ChartsView name={name} />}
      {part === "history" && <HistoryView name={name} changed={key} />}
      {part === "settings" && <SettingsView described={described} />}
    </section>
  );
}
