import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { RefObject } from "preact";

/** Rows drawn above and below what is seen: Tab goes on to them, and scrolling finds them drawn. */
const AROUND = 6;

/** Which rows of a long list are drawn. */
export interface RowWindow {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly first: number;
  /** The one behind the last. */
  readonly end: number;
}

/**
 * Draws of a long list only the rows that are seen.
 *
 * @param count How many rows there are, each of the same height.
 * @param height Of a row, in pixels.
 */
export function useWindow(count: number, height: number): RowWindow {
  const scroller = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ top: 0, height: 800 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const look = () => setSeen({ top: element.scrollTop, height: element.clientHeight });
    look();
    element.addEventListener("scroll", look, { passive: true });
    const watcher = new ResizeObserver(look);
    watcher.observe(element);
    return () => {
      element.removeEventListener("scroll", look);
      watcher.disconnect();
    };
  }, []);
  const first = Math.max(0, Math.floor(seen.top / height) - AROUND);
  const end = Math.min(count, Math.ceil((seen.top + seen.height) / height) + AROUND);
  // A list that has become shorter is scrolled back by the browser only afterwards.
  return { scroller, first: Math.min(first, Math.max(0, end - 1)), end };
}
