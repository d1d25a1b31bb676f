/** What a person's numbers say: pure functions over what the server sends. */
import { day, shortDay } from "./format";

type Dated = { date: string | null; value: number };

/** Practices that are a good week. */
export const WEEKLY_GOAL = 3;

/** Monday of the week of a moment, at midnight here. */
export function mondayOf(moment: Date): Date {
  const monday = new Date(moment.getFullYear(), moment.getMonth(), moment.getDate());
  monday.setDate(monday.getDate() - ((monday.getDay() + 6) % 7));
  return monday;
}

/** How many of these moments lie in the week of `now`. */
export function inThisWeek(moments: readonly (string | null)[], now = new Date()): number {
  const monday = mondayOf(now).getTime();
  return moments.filter((moment) => moment !== null && new Date(moment).getTime() >= monday).length;
}

/** Scores of the server's trend with their days as labels. */
export function trendOf(points: readonly { label: string; value: number; date?: string | null }[]): { label: string; value: number }[] {
  return points.map(({ label, value, date }) => ({ label: date ? day(date) : label, value }));
}

/** The lowest measure, if there are any. */
export function weakest(measures: Record<string, number | null>): { name: string; value: number } | null {
  const known = Object.entries(measures).filter((entry): entry is [string, number] => entry[1] !== null);
  const [name, value] = known.sort((a, b) => a[1] - b[1])[0] ?? [];
  return name !== undefined && value !== undefined ? { name, value } : null;
}

/** Days summed up by week, the last `weeks` of them; the label is the Monday. */
export function byWeek(days: readonly Dated[], weeks = 12, label: (monday: Date) => string = shortDay): { label: string; value: number }[] {
  const sums = new Map<number, number>();
  for (const { date, value } of days) {
    if (date === null) continue;
    const [year = 1970, month = 1, day = 1] = date.split("-").map(Number);
    const monday = mondayOf(new Date(year, month - 1, day)).getTime();
    sums.set(monday, (sums.get(monday) ?? 0) + value);
  }
  return [...sums]
    .sort(([a], [b]) => a - b)
    .slice(-weeks)
    .map(([monday, value]) => ({ label: label(new Date(monday)), value }));
}
