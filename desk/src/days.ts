// Figures day by day, as they are plotted.
import type { Point } from "./charts";
import type { DraftFigures, Metrics, Share } from "./types";

const SMOOTHED = 7;

export interface Day {
  label: string;
  figures: DraftFigures | null;
}

// Days without drafts are absent from the answer, and have their place on the plots.
export function everyDay(found: Metrics): Day[] {
  const known = new Map(found.by_day.map(({ day, figures }) => [day, figures]));
  const days: Day[] = [];
  const at = new Date(`${found.from.slice(0, 10)}T12:00:00Z`);
  const end = found.by_day.at(-1)?.day ?? "";
  for (let day = found.from.slice(0, 10); day <= end && days.length < 400; day = at.toISOString().slice(0, 10)) {
    const label = at.toLocaleDateString(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
    days.push({ label, figures: known.get(day) ?? null });
    at.setUTCDate(at.getUTCDate() + 1);
  }
  return days;
}

// Each day's share, and for the line that of the days up to it: on most days there are few drafts.
export function shares(days: Day[], of: (figures: DraftFigures) => Share | null): Point[] {
  const found = days.map(({ label, figures }) => ({ label, share: figures && of(figures) }));
  return found.map(({ label, share }, number) => {
    const week = found.slice(Math.max(0, number - SMOOTHED + 1), number + 1);
    const all = week.reduce((sum, day) => sum + (day.share?.of ?? 0), 0);
    const trend = all && share ? week.reduce((sum, day) => sum + (day.share?.count ?? 0), 0) / all : null;
    return share
      ? { label, value: share.share, low: share.low, high: share.high, count: share.of, trend }
      : { label, value: null, count: 0, trend };
  });
}
