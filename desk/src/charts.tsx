// Plots of figures. Each has its numbers in a table, for who cannot see it.
import type { JSX, RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

export interface Point {
  label: string;
  value: number | null; // 0 to 1
  low?: number;
  high?: number;
  count: number;
  trend?: number | null; // of the days before; the line then goes through these
}

const NARROW = 260;
const HEIGHT = 200;
const LEFT = 44;
const BOTTOM = 26;
const TOP = 10;

// Plots are drawn as wide as they stand, so that their words keep their size.
function useWidth(): [RefObject<HTMLDivElement | null>, number] {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(640);
  useEffect(() => {
    const look = new ResizeObserver(([entry]) => setWidth(Math.max(NARROW, Math.round(entry?.contentRect.width ?? 0))));
    if (frame.current) look.observe(frame.current);
    return () => look.disconnect();
  }, []);
  return [frame, width];
}

export function TrendPlot({ title, points }: { title: string; points: Point[] }): JSX.Element {
  const [frame, width] = useWidth();
  const step = (width - LEFT - 10) / Math.max(points.length, 1);
  const x = (number: number) => LEFT + step * (number + 0.5);
  const y = (value: number) => TOP + (1 - value) * (HEIGHT - TOP - BOTTOM);
  const known = points.map((point, number) => ({ ...point, number })).filter((point) => point.value !== null);
  const smooth = points.some(({ trend }) => trend !== undefined);
  const line = points
    .map((point, number) => ({ number, at: smooth ? point.trend : point.value }))
    .filter(({ at }) => at != null)
    .map(({ number, at }, n) => `${n ? "L" : "M"}${x(number).toFixed(1)} ${y(at ?? 0).toFixed(1)}`)
    .join("");
  const every = Math.max(1, Math.ceil((points.length * 60) / width));
  return (
    <div ref={frame}>
    <svg class="plot" viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={title}>
      {[0, 0.5, 1].map((value) => (
        <g key={value}>
          <line class="grid" x1={LEFT} x2={width - 10} y1={y(value)} y2={y(value)} />
          <text class="tick" x={LEFT - 8} y={y(value) + 4} text-anchor="end">
            {value * 100} %
          </text>
        </g>
      ))}
      {known.map((point) =>
        point.low === undefined || point.high === undefined ? null : (
          <line class="spread" x1={x(point.number)} x2={x(point.number)} y1={y(point.low)} y2={y(point.high)} />
        ),
      )}
      <path class={smooth ? "line" : "thin"} d={line} />
      {known.length === 0 && (
        <text class="tick" x={width / 2} y={HEIGHT / 2 - 12} text-anchor="middle">
          Nothing to show yet
        </text>
      )}
      {known.map((point) => (
        <circle class="point" cx={x(point.number)} cy={y(point.value ?? 0)} r="3.5">
          <title>{`${point.label}: ${Math.round((point.value ?? 0) * 100)} % of ${point.count}`}</title>
        </circle>
      ))}
      {points.map((point, number) =>
        number % every ? null : (
          <text class="tick" x={x(number)} y={HEIGHT - 8} text-anchor="middle">
            {point.label}
          </text>
        ),
      )}
    </svg>
    </div>
  );
}

export function CountPlot({ title, points }: { title: string; points: { label: string; count: number }[] }): JSX.Element {
  const [frame, width] = useWidth();
  const step = (width - LEFT - 10) / Math.max(points.length, 1);
  const most = Math.max(1, ...points.map(({ count }) => count));
  const y = (value: number) => TOP + (1 - value / most) * (HEIGHT - TOP - BOTTOM);
  const every = Math.max(1, Math.ceil((points.length * 60) / width));
  return (
    <div ref={frame}>
    <svg class="plot" viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={title}>
      {[0, most].map((value) => (
        <g key={value}>
          <line class="grid" x1={LEFT} x2={width - 10} y1={y(value)} y2={y(value)} />
          <text class="tick" x={LEFT - 8} y={y(value) + 4} text-anchor="end">
            {value}
          </text>
        </g>
      ))}
      {points.map(({ label, count }, number) => (
        <g key={label}>
          <rect
            class="bar"
            x={LEFT + step * number + Math.max(0.5, (step - Math.min(step * 0.7, 40)) / 2)}
            width={Math.max(1, Math.min(step * 0.7, 40))}
            y={y(count)}
            height={HEIGHT - BOTTOM - y(count)}
          >
            <title>{`${label}: ${count}`}</title>
          </rect>
          {number % every === 0 && (
            <text class="tick" x={LEFT + step * (number + 0.5)} y={HEIGHT - 8} text-anchor="middle">
              {label}
            </text>
          )}
        </g>
      ))}
    </svg>
    </div>
  );
}

export function ShareBar({ share }: { share: number }): JSX.Element {
  return (
    <svg class="share" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="rail" width="100" height="8" />
      <rect class="bar" width={Math.max(0, Math.min(100, share * 100))} height="8" />
    </svg>
  );
}
