/** Numbers, times and dates as people read them. Language and time zone are the browser's. */
const language = known(typeof navigator === "undefined" ? [] : navigator.languages);

/** The first tag that is one; English where none is. A browser on a system without a language calls itself "en-US@posix". */
export function known(tags: readonly string[]): string {
  const isKnown = (tag: string) => {
    try {
      return Intl.getCanonicalLocales(tag).length > 0;
    } catch {
      return false;
    }
  };
  return tags.find(isKnown) ?? "en";
}

/** A place in a recording: 65.2 becomes 1:05. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = String(rest).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

/** A score from 0 to 100 without decimals; a dash where there is none. */
export function score(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : String(Math.round(value));
}

/** Between which whole numbers a score likely lies, within 0 to 100; null where that is not known. */
export function range(value: number | null | undefined, uncertainty: number | null | undefined): [number, number] | null {
  if (value == null || !uncertainty) return null;
  return [Math.round(Math.max(0, value - uncertainty)), Math.round(Math.min(100, value + uncertainty))];
}

/** 12 Nov 2026 */
export function day(iso: string): string {
  return new Date(iso).toLocaleDateString(language, { day: "numeric", month: "short", year: "numeric" });
}

/** 12 Nov: in a chart, where the year goes without saying. */
export function shortDay(date: Date): string {
  return date.toLocaleDateString(language, { day: "numeric", month: "short" });
}

/** 12 Nov 2026, 09:41 */
export function moment(iso: string): string {
  return new Date(iso).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
}

/** 12 Nov 2026, 09:41 GMT+1: for people who may live in another time zone. */
export function momentWithZone(iso: string): string {
  return new Date(iso).toLocaleString(language, { day: "numeric", month: "short", year: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short" });
}

/** How long ago, in the largest unit that fits: "3 days ago". */
export function ago(iso: string, now = Date.now()): string {
  const seconds = (new Date(iso).getTime() - now) / 1000;
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const units: [Intl.RelativeTimeFormatUnit, number][] = [
    ["year", 31_536_000],
    ["month", 2_592_000],
    ["week", 604_800],
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
  ];
  for (const [unit, length] of units) {
    if (Math.abs(seconds) >= length) return format.format(Math.round(seconds / length), unit);
  }
  return format.format(0, "minute") === "this minute" ? "just now" : format.format(0, "second");
}

/** 1.4 MB */
export function bytes(size: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let [value, unit] = [size, 0];
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** 90 minutes become "1 h 30 min". */
export function minutes(total: number): string {
  if (total > 0 && total < 1) return "under 1 min";
  const whole = Math.round(total);
  if (whole < 60) return `${whole} min`;
  return whole % 60 ? `${Math.floor(whole / 60)} h ${whole % 60} min` : `${whole / 60} h`;
}

/** "1 question", "3 questions" */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
