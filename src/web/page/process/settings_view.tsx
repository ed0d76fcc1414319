import type { ProcessDescription } from "../connection/answers.ts";

/** The settings of a process: those that somebody has set, and behind them the others. */
export function SettingsView(
  { described }: { readonly described: ProcessDescription | undefined },
) {
  if (described === undefined) return <p class="empty">Loading …</p>;
  const { spec, set, directory, env_file, cwd, command, interpreter } = described;
  if (spec === null) return <p class="empty">Its spec.json cannot be read.</p>;
  const isSet = new Set(set);
  const settings = Object.entries(spec)
    .filter(([key]) => !["command", "argv", "cwd"].includes(key));
  const given = settings.filter(([key]) => isSet.has(key));
  const rest = settings.filter(([key]) => !isSet.has(key));
  const { file } = (spec.config ?? {}) as { readonly file?: string };
  return (
    <div class="settings">
      <h2>What is run</h2>
      <List
        entries={[
          ["command", command],
          ["argv", spec.argv],
          ["cwd", cwd],
          ["interpreter", interpreter],
          ["env_file", env_file],
          ["from the file", file],
          ["state and logs", directory],
        ].filter((entry): entry is [string, unknown] => entry[1] != null)}
      />
      <h2>Set</h2>
      {given.length > 0
        ? <List entries={given} />
        : <p>Nothing: all settings have their defaults.</p>}
      <details>
        <summary>{rest.length} settings with their defaults</summary>
        <List entries={rest} />
      </details>
    </div>
  );
}

function List({ entries }: { readonly entries: readonly (readonly [string, unknown])[] }) {
  return (
    <dl class="list-of-settings">
      {entries.map(([key, value]) => (
        <div key={key}>
          <dt>{key}</dt>
          <dd>
            <code>{typeof value === "string" ? value : JSON.stringify(value)}</code>
          </dd>
        </div>
      ))}
    </dl>
  );
}
