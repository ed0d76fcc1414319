import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { formatTime } from "../parts/format.ts";
import type { ShownLine } from "./log_buffer.ts";
import type { Piece } from "./parse_colors.ts";

/** Pixels of one row of text; `style.css` has the same. */
const ROW = 20;
/** Rows drawn above and below what is seen. */
const AROUND = 20;
/** Pixels from the end within which it counts as being at the end. */
const NEAR = 8;

/**
 * Draws of a log only the lines that are seen. A line that wraps is as high as it is drawn; before
 * it has been, its height is guessed from its length.
 */
export function LogLines({ lines, search, hasTimes, isWrapped, isFollowing, onFollowing }: {
  readonly lines: readonly ShownLine[];
  /** In small letters; only lines in which it occurs are shown. */
  readonly search: string;
  readonly hasTimes: boolean;
  readonly isWrapped: boolean;
  /** Whether the end is shown, as it comes. */
  readonly isFollowing: boolean;
  readonly onFollowing: (isFollowing: boolean) => void;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const drawn = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ top: 0, height: 600, width: 800 });
  const found = useMemo(
    () => search === "" ? lines : lines.filter((line) => line.has(search)),
    [lines, search],
  );
  // Where a line begins depends on all before it; what is drawn below may tell it better.
  const [, setMeasured] = useState(0);
  const heightOf = (line: ShownLine) => {
    if (!isWrapped) return ROW;
    const columns = Math.max(20, (seen.width - (hasTimes ? 130 : 30)) / 8);
    return line.height ?? ROW * Math.max(1, Math.ceil(line.raw.length / columns));
  };
  const begins = new Float64Array(found.length + 1);
  found.forEach((line, index) => begins[index + 1] = begins[index]! + heightOf(line));
  const total = begins[found.length]!;
  const top = isFollowing ? Math.max(0, total - seen.height) : seen.top;
  const first = lineAt(begins, top - AROUND * ROW);
  const end = Math.min(found.length, lineAt(begins, top + seen.height + AROUND * ROW) + 1);

  useLayoutEffect(() => {
    const element = scroller.current!;
    const look = () =>
      setSeen({ top: element.scrollTop, height: element.clientHeight, width: element.clientWidth });
    look();
    const watcher = new ResizeObserver(look);
    watcher.observe(element);
    return () => watcher.disconnect();
  }, []);
  // How lines wrap has changed.
  useLayoutEffect(() => {
    for (const line of lines) line.height = undefined;
    setMeasured((count) => count + 1);
  }, [seen.width, isWrapped, hasTimes]);
  useLayoutEffect(() => {
    if (!isWrapped) return;
    let hasChanged = false;
    [...drawn.current!.children].forEach((element, index) => {
      const line = found[first + index];
      const height = (element as HTMLElement).offsetHeight;
      if (line === undefined || height === 0 || line.height === height) return;
      hasChanged ||= heightOf(line) !== height;
      line.height = height;
    });
    if (hasChanged) setMeasured((count) => count + 1);
  });
  // Where the oldest lines go, what is seen stays in its place.
  const anchor = useRef<{ readonly line: ShownLine; readonly offset: number } | undefined>(
    undefined,
  );
  useLayoutEffect(() => {
    const element = scroller.current!;
    if (isFollowing) element.scrollTop = element.scrollHeight;
    else if (anchor.current) {
      const { line, offset } = anchor.current;
      const index = found[first]?.key === line.key ? first : found.indexOf(line);
      const wanted = index === -1 ? 0 : begins[index]! + offset;
      if (Math.abs(element.scrollTop - wanted) > 1) element.scrollTop = wanted;
    }
  });
  const onScroll = () => {
    const element = scroller.current;
    // An event that was on its way when the view was left.
    if (element === null) return;
    const { scrollTop, clientHeight, clientWidth, scrollHeight } = element;
    const isAtEnd = scrollTop + clientHeight >= scrollHeight - NEAR;
    if (isFollowing && !isAtEnd && scrollTop >= seen.top) return;
    const index = lineAt(begins, scrollTop);
    const line = found[index];
    anchor.current = line && { line, offset: scrollTop - begins[index]! };
    setSeen({ top: scrollTop, height: clientHeight, width: clientWidth });
    if (isAtEnd !== isFollowing) onFollowing(isAtEnd);
  };
  return (
    <div
      ref={scroller}
      class={`log-lines ${isWrapped ? "wrapped" : ""}`}
      role="log"
      aria-live="off"
      aria-label="Lines"
      tabIndex={0}
      onScroll={onScroll}
    >
      <div class="log-all" style={{ height: `${total}px` }}>
        <div ref={drawn} style={{ transform: `translateY(${begins[first] ?? 0}px)` }}>
          {found.slice(first, end).map((line) => (
            <Line key={line.key} line={line} search={search} hasTime={hasTimes} />
          ))}
        </div>
      </div>
      {found.length === 0 && (
        <p class="empty">{search === "" ? "Nothing has been written yet." : "No line has that."}</p>
      )}
    </div>
  );
}

/** The last line that begins at or above a height. */
function lineAt(begins: Float64Array, height: number): number {
  let low = 0;
  let high = Math.max(0, begins.length - 2);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (begins[middle]! <= height) low = middle;
    else high = middle - 1;
  }
  return low;
}

function Line({ line, search, hasTime }: {
  readonly line: ShownLine;
  readonly search: string;
  readonly hasTime: boolean;
}) {
  return (
    <div class={`line ${line.stream}`}>
      {hasTime && <time>{formatTime(line.time)}</time>}
      {line.stream === "err" && <span class="unseen">stderr:</span>}
      <code>
        {line.pieces.map(({ text, classes }, index) => (
          <span key={index} class={classes}>
            {search === "" ? text : <Marked text={text} search={search} />}
          </span>
        ))}
        {line.isTruncated && <span class="dim">… the line goes on</span>}
      </code>
    </div>
  );
}

/** A text with what was searched for marked. */
function Marked({ text, search }: Pick<Piece, "text"> & { readonly search: string }) {
  const lower = text.toLowerCase();
  // Letters whose small form is longer would put the marks in wrong places.
  if (lower.length !== text.length) return <>{text}</>;
  const parts = [];
  let end = 0;
  for (let at = lower.indexOf(search); at !== -1; at = lower.indexOf(search, end)) {
    parts.push(text.slice(end, at), <mark>{text.slice(at, at + search.length)}</mark>);
    end = at + search.length;
  }
  parts.push(text.slice(end));
  return <>{parts}</>;
}
