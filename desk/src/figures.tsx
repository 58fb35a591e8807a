// What became of the drafts: acceptance, how much was changed, which checks fail, day by day.
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { CountPlot, ShareBar, TrendPlot } from "./charts";
import { useLoaded, useTitle } from "./hooks";
import { Busy, Trouble } from "./parts";
import { go } from "./route";
import type { DraftFigures, Metrics, Share } from "./types";
import { checkName, percent, sentence } from "./words";

const PERIODS = [7, 30, 90];

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
  const failing = found.by_check
    .filter((each) => each.failed && each.failed.count > 0)
    .sort((one, other) => (other.failed?.share ?? 0) - (one.failed?.share ?? 0));
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
        <section class="pane" aria-labelledby="accepted">
          <h2 id="accepted">Sent as they were, day by day</h2>
          <TrendPlot
            title="Share of drafts sent as they were, day by day; the table below has the numbers"
            points={days.map(({ label, figures }) => acceptance(label, figures))}
          />
          <p class="muted small">The upright lines are 95 % intervals: where they are long, a day says little.</p>
        </section>
        <section class="pane" aria-labelledby="changed">
          <h2 id="changed">Changed before sending, day by day</h2>
          <TrendPlot
            title="Median share of a draft that was changed before it was sent, day by day; the table below has the numbers"
            points={days.map(({ label, figures }) => ({
              label,
              value: figures?.feedback.edit_distance?.median ?? null,
              count: figures?.feedback.edit_distance?.drafts ?? 0,
            }))}
          />
        </section>
        <section class="pane" aria-labelledby="made">
          <h2 id="made">Drafts, day by day</h2>
          <CountPlot
            title="Number of drafts, day by day; the table below has the numbers"
            points={days.map(({ label, figures }) => ({ label, count: figures?.drafts ?? 0 }))}
          />
          <DayTable found={found} />
        </section>
      </div>
      <section class="pane" aria-labelledby="failing">
        <h2 id="failing">Which checks fail</h2>
        {failing.length ? (
          <div class="scroll" tabIndex={0} role="region" aria-label="Checks that failed">
            <table>
              <thead>
                <tr>
                  <th scope="col">Check</th>
                  <th scope="col">Failed</th>
                  <th scope="col">
                    <span class="sr-only">Plot</span>
                  </th>
                  <th scope="col">Sent as it was, though it failed</th>
                  <th scope="col">Sent as it was, where it passed</th>
                </tr>
              </thead>
              <tbody>
                {failing.map(({ check, failed, feedback_where_failed: after, feedback_where_passed: else_ }) => (
                  <tr key={check}>
                    <th scope="row">{checkName(check)}</th>
                    <td>{failed && `${percent(failed.share)} of ${failed.of}`}</td>
                    <td class="wide">
                      <ShareBar share={failed?.share ?? 0} />
                    </td>
                    <td>{ofShare(after.acceptance)}</td>
                    <td>{ofShare(else_.acceptance)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        ) : (
          <p class="muted">None did.</p>
        )}
      </section>
      <section class="pane" aria-labelledby="situations">
        <h2 id="situations">By situation</h2>
        <div class="scroll" tabIndex={0} role="region" aria-label="Figures by situation">
          <table>
            <thead>
              <tr>
                <th scope="col">Situation</th>
                <th scope="col">Drafts</th>
                <th scope="col">Ready</th>
                <th scope="col">Sent as they were</th>
                <th scope="col">Changed, median</th>
              </tr>
            </thead>
            <tbody>
              {found.by_situation.map(({ situation, figures }) => (
                <tr key={situation}>
                  <th scope="row">{sentence(situation)}</th>
                  <td>{figures.drafts}</td>
                  <td>{ofShare(figures.ready)}</td>
                  <td>{ofShare(figures.feedback.acceptance)}</td>
                  <td>{figures.feedback.edit_distance ? percent(figures.feedback.edit_distance.median) : "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
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

function DayTable({ found }: { found: Metrics }): JSX.Element {
  return (
    <details>
      <summary>The numbers</summary>
      <div class="scroll" tabIndex={0} role="region" aria-label="Figures day by day">
        <table>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col">Drafts</th>
              <th scope="col">Sent as they were</th>
              <th scope="col">Changed, median</th>
            </tr>
          </thead>
          <tbody>
            {found.by_day.map(({ day, figures }) => (
              <tr key={day}>
                <th scope="row">{day}</th>
                <td>{figures.drafts}</td>
                <td>{ofShare(figures.feedback.acceptance)}</td>
                <td>{figures.feedback.edit_distance ? percent(figures.feedback.edit_distance.median) : "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

// Days without drafts are absent from the answer, and have their place on the plots.
function everyDay(found: Metrics): { label: string; figures: DraftFigures | null }[] {
  const known = new Map(found.by_day.map(({ day, figures }) => [day, figures]));
  const days: { label: string; figures: DraftFigures | null }[] = [];
  const at = new Date(`${found.from.slice(0, 10)}T12:00:00Z`);
  const end = found.by_day.at(-1)?.day ?? "";
  for (let day = found.from.slice(0, 10); day <= end && days.length < 400; day = at.toISOString().slice(0, 10)) {
    const label = at.toLocaleDateString(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
    days.push({ label, figures: known.get(day) ?? null });
    at.setUTCDate(at.getUTCDate() + 1);
  }
  return days;
}

function acceptance(label: string, figures: DraftFigures | null): { label: string; value: number | null; low?: number; high?: number; count: number } {
  const found = figures?.feedback.acceptance;
  return found
    ? { label, value: found.share, low: found.low, high: found.high, count: found.of }
    : { label, value: null, count: 0 };
}

function between(share: Share): string {
  return `of ${share.of}; between ${percent(share.low)} and ${percent(share.high)}`;
}

function ofShare(share: Share | null): string {
  return share ? `${percent(share.share)} of ${share.of}` : "–";
}

function shareWords(words: string, share: Share | null): string {
  return share ? `${percent(share.share)} ${words}` : "";
}
