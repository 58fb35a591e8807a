// What became of the drafts: acceptance, how much was changed, which checks fail, day by day.
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { CountPlot, type Point, TrendPlot } from "./charts";
import { everyDay, shares } from "./days";
import { useLoaded, useTitle } from "./hooks";
import { Busy, Trouble } from "./parts";
import { go } from "./route";
import { DayTable, FailingTable, SituationTable } from "./tables";
import type { Metrics, Share } from "./types";
import { percent } from "./words";

const PERIODS = [7, 30, 90];
const LINE = "Points are days, the line is the seven days up to each.";
const SPREAD = "Upright lines are 95 % intervals: where they are long, a day says little.";

export function FiguresPage({ query }: { query: URLSearchParams }): JSX.Element {
  useTitle("Figures");
  const days = PERIODS.find((each) => String(each) === query.get("days")) ?? 30;
  const path = useMemo(() => `/v1/metrics/drafts?${new URLSearchParams({ from: midnight(days) })}`, [days]);
  const { value, failure, again } = useLoaded<Metrics>(path);
  return (
    <main class="figures">
      <div class="head">
        <h1>Figures</h1>
        <div class="actions" role="group" aria-label="Period">
          {PERIODS.map((each) => (
            <button type="button" aria-pressed={each === days} onClick={() => go(`#/figures?days=${each}`)}>
              {each} days
            </button>
          ))}
        </div>
      </div>
      {failure && <Trouble failure={failure} again={again} />}
      {!value && !failure && <Busy>Counting…</Busy>}
      {value && (value.totals.drafts ? <Found found={value} /> : <p class="empty">No drafts were made in this time.</p>)}
    </main>
  );
}

// Days are counted in the agent's own zone, which the moment names.
function midnight(days: number): string {
  const at = new Date();
  at.setHours(0, 0, 0, 0);
  at.setDate(at.getDate() - days + 1);
  const minutes = -at.getTimezoneOffset();
  const two = (value: number) => String(Math.trunc(Math.abs(value))).padStart(2, "0");
  const zone = `${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T00:00:00${zone}`;
}

function Found({ found }: { found: Metrics }): JSX.Element {
  const { totals } = found;
  const { feedback } = totals;
  const days = everyDay(found);
  return (
    <>
      <dl class="tiles">
        <Tile name="Drafts" value={String(totals.drafts)} more={shareWords("ready at once", totals.ready)} />
        <Tile
          name="Sent as they were"
          value={feedback.acceptance ? percent(feedback.acceptance.share) : "–"}
          more={feedback.acceptance ? between(feedback.acceptance) : "No feedback yet"}
        />
        <Tile
          name="Changed before sending"
          value={feedback.edit_distance ? percent(feedback.edit_distance.median) : "–"}
          more={
            feedback.edit_distance
              ? `half of them at most; nine in ten at most ${percent(feedback.edit_distance.p90)}`
              : "Nothing was sent yet"
          }
        />
        <Tile name="Rejected" value={String(feedback.rejected)} more={`of ${feedback.drafts} with feedback`} />
        <Tile name="Left to a person" value={totals.escalated ? percent(totals.escalated.share) : "–"} more="of all complaints" />
      </dl>
      <div class="plots">
        <Trend
          id="accepted"
          name="Sent as they were"
          points={shares(days, (figures) => figures.feedback.acceptance)}
          more={`${LINE} ${SPREAD}`}
        />
        <Trend
          id="changed"
          name="Changed before sending"
          points={days.map(({ label, figures }) => ({
            label,
            value: figures?.feedback.edit_distance?.median ?? null,
            count: figures?.feedback.edit_distance?.drafts ?? 0,
          }))}
          more="How much of a draft was changed: the median of each day."
        />
        <Trend
          id="ready"
          name="Passed every check that must pass"
          points={shares(days, (figures) => figures.ready)}
          more={`${LINE} ${SPREAD}`}
        />
        <section class="pane" aria-labelledby="made">
          <h2 id="made">Drafts</h2>
          <CountPlot
            title="Number of drafts, day by day; the table below has the numbers"
            points={days.map(({ label, figures }) => ({ label, count: figures?.drafts ?? 0 }))}
          />
        </section>
      </div>
      <DayTable found={found} />
      <FailingTable found={found} />
      <SituationTable found={found} />
    </>
  );
}

function Tile({ name, value, more }: { name: string; value: string; more: string }): JSX.Element {
  return (
    <div class="tile">
      <dt>{name}</dt>
      <dd class="value">{value}</dd>
      <dd class="muted small">{more}</dd>
    </div>
  );
}

function Trend({ id, name, points, more }: { id: string; name: string; points: Point[]; more: string }): JSX.Element {
  return (
    <section class="pane" aria-labelledby={id}>
      <h2 id={id}>{name}</h2>
      <TrendPlot title={`${name}, day by day; a table below has the numbers`} points={points} />
      <p class="muted small">{more}</p>
    </section>
  );
}

function between(share: Share): string {
  return `of ${share.of}; between ${percent(share.low)} and ${percent(share.high)}`;
}

function shareWords(words: string, share: Share | null): string {
  return share ? `${percent(share.share)} ${words}` : "";
}
