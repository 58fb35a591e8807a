// The figures as tables.
import type { ComponentChildren, JSX } from "preact";
import { ShareBar } from "./charts";
import type { FeedbackFigures, Metrics, Share } from "./types";
import { checkName, percent, sentence } from "./words";

interface Given {
  found: Metrics;
}

export function FailingTable({ found }: Given): JSX.Element {
  const failing = found.by_check
    .filter((each) => each.failed && each.failed.count > 0)
    .sort((one, other) => (other.failed?.share ?? 0) - (one.failed?.share ?? 0));
  return (
    <section class="pane" aria-labelledby="failing">
      <h2 id="failing">Which checks fail</h2>
      {failing.length === 0 && <p class="muted">None did.</p>}
      {failing.length > 0 && (
        <Table
          label="Checks that failed"
          columns={["Check", "Failed", <span class="sr-only">Plot</span>, "Sent as it was, though it failed", "Sent as it was, where it passed"]}
        >
          {failing.map(({ check, failed, feedback_where_failed: after, feedback_where_passed: otherwise }) => (
            <tr key={check}>
              <th scope="row">{checkName(check)}</th>
              <td>{ofShare(failed)}</td>
              <td class="wide">
                <ShareBar share={failed?.share ?? 0} />
              </td>
              <td>{ofShare(after.acceptance)}</td>
              <td>{ofShare(otherwise.acceptance)}</td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}

export function SituationTable({ found }: Given): JSX.Element {
  return (
    <section class="pane" aria-labelledby="situations">
      <h2 id="situations">By situation</h2>
      <Table label="Figures by situation" columns={["Situation", "Drafts", "Passed", "Sent as they were", "Changed, median"]}>
        {found.by_situation.map(({ situation, figures }) => (
          <tr key={situation}>
            <th scope="row">{sentence(situation)}</th>
            <td>{figures.drafts}</td>
            <td>{ofShare(figures.ready)}</td>
            <td>{ofShare(figures.feedback.acceptance)}</td>
            <td>{median(figures.feedback)}</td>
          </tr>
        ))}
      </Table>
    </section>
  );
}

export function DayTable({ found }: Given): JSX.Element {
  return (
    <details class="pane">
      <summary>The numbers of each day</summary>
      <Table label="Figures day by day" columns={["Day", "Drafts", "Passed", "Sent as they were", "Changed, median"]}>
        {found.by_day.map(({ day, figures }) => (
          <tr key={day}>
            <th scope="row">{day}</th>
            <td>{figures.drafts}</td>
            <td>{ofShare(figures.ready)}</td>
            <td>{ofShare(figures.feedback.acceptance)}</td>
            <td>{median(figures.feedback)}</td>
          </tr>
        ))}
      </Table>
    </details>
  );
}

// As wide as it must be: where the window is not, it is moved sideways, also by keyboard.
function Table({ label, columns, children }: { label: string; columns: ComponentChildren[]; children: ComponentChildren }): JSX.Element {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th scope="col">{column}</th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

function median({ edit_distance: changed }: FeedbackFigures): string {
  return changed ? percent(changed.median) : "–";
}

function ofShare(share: Share | null): string {
  return share ? `${percent(share.share)} of ${share.of}` : "–";
}
