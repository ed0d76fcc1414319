import { useEffect, useState } from "preact/hooks";
import { formatCount } from "../parts/format.ts";
import { LogLines } from "./log_lines.tsx";
import { type LogWish, useLog } from "./use_log.ts";

/** Milliseconds without a key until the whole log is searched. */
const TYPED = 400;

/** The log of a process, as it is written. */
export function LogView({ name }: { readonly name: string }) {
  const [stream, setStream] = useState<LogWish["stream"]>("both");
  const [search, setSearch] = useState("");
  const [isWhole, setWhole] = useState(false);
  const [isPaused, setPaused] = useState(false);
  const [hasTimes, setTimes] = useState(true);
  const [isWrapped, setWrapped] = useState(true);
  const [isFollowing, setFollowing] = useState(true);
  const grep = useSettled(isWhole && search !== "" ? `(?i)${quoted(search)}` : "", TYPED);
  const log = useLog({ name, stream, grep }, isPaused);
  return (
    <section class="log" aria-label={`Log of ${name}`}>
      <div class="toolbar">
        <input
          type="search"
          placeholder="Search"
          aria-label="Search the log"
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
        <Toggle isOn={isWhole} onChange={setWhole} label="In all that is kept" />
        <label>
          <span class="unseen">Stream</span>
          <select
            aria-label="Stream"
            value={stream}
            onChange={(event) => setStream(event.currentTarget.value as LogWish["stream"])}
          >
            <option value="both">stdout and stderr</option>
            <option value="out">stdout</option>
            <option value="err">stderr</option>
          </select>
        </label>
        <Toggle isOn={hasTimes} onChange={setTimes} label="Times" />
        <Toggle isOn={isWrapped} onChange={setWrapped} label="Wrap" />
        <button type="button" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
          {isPaused ? `Go on${log.waiting > 0 ? ` (${log.waiting})` : ""}` : "Pause"}
        </button>
        {!isFollowing && <button type="button" onClick={() => setFollowing(true)}>Newest ↓</button>}
      </div>
      <p class="log-notes" role="status">
        {log.state === "lost"
          ? `${log.problem ?? "The connection has ended"} – trying again. `
          : ""}
        {log.skipped > 0 ? `${formatCount(log.skipped, "line")} came too fast to be shown.` : ""}
      </p>
      <LogLines
        lines={log.buffer.lines}
        search={search.toLowerCase()}
        hasTimes={hasTimes}
        isWrapped={isWrapped}
        isFollowing={isFollowing && !isPaused}
        onFollowing={setFollowing}
      />
    </section>
  );
}

function Toggle({ isOn, onChange, label }: {
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly label: string;
}) {
  return (
    <label class="toggle">
      <input
        type="checkbox"
        checked={isOn}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      {label}
    </label>
  );
}

/** A text as it is meant, for a regular expression. */
function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** A value once it has stayed the same for some milliseconds. */
function useSettled(value: string, milliseconds: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}
