/** The words of an answer: where each stands in the text, when it was said, and what there is to see at it. */
import type { Schemas } from "@/api/client";

type Quote = Schemas["QuoteOut"];
type Spoken = Schemas["WordOut"];
/** `begin` and `end` are characters of the text; `start` and `stop` seconds, null for typed words. */
export type Word = { text: string; begin: number; end: number; start: number | null; stop: number | null; isFiller: boolean; pauseBefore: number };

const FILLER = /^(?:u+h+|u+m+|e+r+m*|a+h+|hm+|mh+m*)$/i;
const LONG_PAUSE = 2;

/**
 * The words of a text. `spoken` are those that were recognised, in order; a correction may have changed the text since,
 * so each is looked for a little ahead, and one that is not found leaves the word without a time.
 */
export function wordsOf(text: string, spoken: readonly Spoken[]): Word[] {
  let at = 0;
  let last = 0;
  return [...text.matchAll(/\S+/g)].map((match) => {
    const bare = plain(match[0]);
    const found = spoken.slice(at, at + 8).findIndex((word) => plain(word.word) === bare);
    const heard = found < 0 ? undefined : spoken[at + found];
    if (heard) at += found + 1;
    const pause = heard ? heard.start - last : 0;
    if (heard) last = heard.end;
    return {
      text: match[0],
      begin: match.index,
      end: match.index + match[0].length,
      start: heard?.start ?? null,
      stop: heard?.end ?? null,
      isFiller: FILLER.test(bare),
      pauseBefore: pause >= LONG_PAUSE ? pause : 0,
    };
  });
}

function plain(word: string): string {
  return word.toLowerCase().replace(/[^\p{L}\p{N}']/gu, "");
}

/** Whether a word belongs to one of the quotes. */
export function isQuoted(word: Word, quotes: readonly Pick<Quote, "begin" | "end">[]): boolean {
  return quotes.some((quote) => word.begin < quote.end && word.end > quote.begin);
}

/** The place of the word that is said at a time, or -1. A word lasts until the next one begins. */
export function wordAt(words: readonly Word[], seconds: number): number {
  let found = -1;
  for (const [place, word] of words.entries()) {
    if (word.start === null) continue;
    if (word.start > seconds) break;
    found = place;
  }
  const stop = words[found]?.stop;
  return stop !== undefined && stop !== null && seconds > stop + 1 ? -1 : found;
}

/** Words a minute in windows of so many seconds; the last one may be shorter. Windows under 2 s tell nothing. */
export function paceOf(words: readonly Word[], window = 10): { from: number; to: number; pace: number }[] {
  const timed = words.filter((word): word is Word & { start: number; stop: number } => word.start !== null && word.stop !== null && !word.isFiller);
  const end = timed.at(-1)?.stop ?? 0;
  const windows = [];
  for (let from = 0; from < end; from += window) {
    const to = Math.min(end, from + window);
    if (to - from < 2) break;
    const said = timed.filter((word) => word.start >= from && word.start < to).length;
    windows.push({ from, to, pace: (said * 60) / (to - from) });
  }
  return windows;
}

/** Words a minute as they were judged; null where there is none, as for typed answers. */
export function judgedPace(evaluation: { measures: Record<string, { details: Record<string, number> }> } | null): number | null {
  return evaluation?.measures.fluency?.details.words_per_minute ?? null;
}

/** Whether somebody said that they have no answer: it counts as 0, and nothing in it can be measured. */
export function isUnanswered(evaluation: { flags: readonly { code: string }[] } | null): boolean {
  return evaluation?.flags.some((flag) => flag.code === "no_answer") ?? false;
}
