import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import plotStyle from "uplot/dist/uPlot.min.css" with { type: "text" };
import { useMedia } from "../parts/use_media.ts";

const HEIGHT = 180;

const sheet = new CSSStyleSheet();
sheet.replaceSync(plotStyle);
document.adoptedStyleSheets.push(sheet);

/** What is measured at a time; `null`: nothing was. */
type Values = readonly (number | null)[];

/** A chart over time. It is drawn; what it says is told in words too. */
export function Chart({ title, times, mean, max, format, isBars = false }: {
  readonly title: string;
  /** Epoch seconds. */
  readonly times: readonly number[];
  readonly mean: Values;
  readonly max?: Values;
  readonly format: (value: number | null) => string;
  readonly isBars?: boolean;
}) {
  const place = useRef<HTMLDivElement>(null);
  const isDark = useMedia("(prefers-color-scheme: dark)");
  useEffect(() => {
    const element = place.current!;
    const plot = new uPlot(
      optionsOf({ format, isBars, hasMax: max !== undefined, width: element.clientWidth }),
      [[...times], [...mean], ...max === undefined ? [] : [[...max]]],
      element,
    );
    const watcher = new ResizeObserver(() => {
      plot.setSize({ width: element.clientWidth, height: HEIGHT });
    });
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      plot.destroy();
    };
  }, [times, mean, max, isDark, isBars]);
  const told = isBars
    ? `${sum(mean)} in all`
    : `now ${format(mean.findLast((value) => value !== null) ?? null)}, ` +
      `highest ${format(highest(max ?? mean))}`;
  return (
    <figure class="chart">
      <figcaption>
        {title} <small>{told}</small>
      </figcaption>
      <div ref={place} class="plot" role="img" aria-label={`${title}: ${told}`} />
    </figure>
  );
}

function optionsOf({ format, isBars, hasMax, width }: {
  readonly format: (value: number | null) => string;
  readonly isBars: boolean;
  readonly hasMax: boolean;
  readonly width: number;
}): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: color("--faint"),
    grid: { stroke: color("--rule"), width: 1 },
    ticks: { stroke: color("--rule"), width: 1 },
  };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    scales: { y: { range: (_, __, top) => [0, top > 0 ? top * 1.1 : 1] } },
    axes: [axis, { ...axis, size: 72, values: (_, ticks) => ticks.map((tick) => format(tick)) }],
    series: [
      {},
      {
        stroke: color(isBars ? "--bad" : "--area"),
        fill: color(isBars ? "--bad-fill" : "--area-fill"),
        width: 1.5,
        points: { show: false },
        ...isBars ? { paths: uPlot.paths.bars!({ size: [0.7, 12] }) } : {},
      },
      ...hasMax ? [{ stroke: color("--peak"), width: 1, points: { show: false } }] : [],
    ],
  };
}

function highest(values: Values): number | null {
  const measured = values.filter((value) => value !== null);
  return measured.length === 0 ? null : Math.max(...measured);
}

function sum(values: Values): number {
  return values.reduce<number>((all, value) => all + (value ?? 0), 0);
}
