const WIDTH = 60;
const HEIGHT = 18;

/**
 * A line of the latest values, for the eye alone: the number stands beside it.
 *
 * @param values The oldest first; `null` where nothing was measured.
 * @param least What the line is at least as high as, so that noise at rest stays flat.
 */
export function Sparkline(
  { values, least }: { readonly values: readonly (number | null)[]; readonly least: number },
) {
  const top = Math.max(least, ...values.map((value) => value ?? 0));
  const step = WIDTH / Math.max(1, values.length - 1);
  let path = "";
  let isBroken = true;
  values.forEach((value, index) => {
    if (value !== null) {
      const y = HEIGHT - 1 - value / top * (HEIGHT - 2);
      path += `${isBroken ? "M" : "L"}${(index * step).toFixed(1)} ${y.toFixed(1)}`;
    }
    isBroken = value === null;
  });
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      aria-hidden="true"
    >
      <path d={path} />
    </svg>
  );
}
