/** A question set while somebody edits it: pure. */
import type { Schemas } from "@/api/client";
import { practice, sets } from "@/text";

export type Category = Schemas["Category"];
export type Difficulty = Schemas["Difficulty"];
/** `key` names the question on the screen; `id` is the server's, null for one that is new. `category` null: told by the wording. */
export type DraftQuestion = {
  key: string;
  id: string | null;
  text: string;
  category: Category | null;
  difficulty: Difficulty;
  time_limit: number;
  hints: readonly string[];
  expected_points: readonly string[];
};
export type Draft = { name: string; description: string; questions: readonly DraftQuestion[] };

export const CATEGORIES = ["behavioral", "technical", "situational", "system_design", "hr", "leadership", "case"] as const satisfies readonly Category[];
export const DIFFICULTIES = ["easy", "medium", "hard"] as const satisfies readonly Difficulty[];
export const MOST_QUESTIONS = 50;
export const SHORTEST = 10;
export const LONGEST = 3600;
export const LONGEST_NAME = 200;

let next = 1;

/** A question with everything that is not given as the server has it by default. */
export function question(given: Partial<Omit<DraftQuestion, "key">> = {}): DraftQuestion {
  return { id: null, text: "", category: null, difficulty: "medium", time_limit: 120, hints: [], expected_points: [], ...given, key: `question-${next++}` };
}

export function draftOf(set: Schemas["QuestionSetOut"]): Draft {
  return { name: set.name, description: set.description, questions: set.questions.map(({ number: _, ...one }) => question(one)) };
}

/** The questions with the one at `from` at the place `to`. */
export function moved<T>(items: readonly T[], from: number, to: number): readonly T[] {
  const item = items[from];
  if (item === undefined || from === to || to < 0 || to >= items.length) return items;
  const others = items.filter((_, place) => place !== from);
  return [...others.slice(0, to), item, ...others.slice(to)];
}

/** What the server keeps of a draft. */
export function bodyOf({ name, description, questions }: Draft): Schemas["CreateSetRequest"] {
  return {
    name: name.trim(),
    description: description.trim(),
    questions: questions.map(({ key: _, hints, expected_points, text, ...one }) => ({ ...one, text: text.trim(), hints: [...hints], expected_points: [...expected_points] })),
  };
}

/** A name for a copy of a set that none of these has, as the server compares names. */
export function copyName(name: string, taken: readonly string[]): string {
  const plain = (one: string) => one.toLowerCase().split(/\s+/).join(" ").trim();
  const known = new Set(taken.map(plain));
  for (let number = 1; ; number++) {
    const ending = number === 1 ? "" : ` ${number}`;
    const copy = sets.list.copyOf(name).slice(0, LONGEST_NAME - ending.length).trimEnd() + ending;
    if (!known.has(plain(copy))) return copy;
  }
}

/** Whether two drafts say the same. */
export function isSame(one: Draft, other: Draft): boolean {
  return JSON.stringify(bodyOf(one)) === JSON.stringify(bodyOf(other));
}

/** Lines of a text, without those that are empty. */
export function linesOf(text: string): string[] {
  return text.split("\n").map((line) => line.trim()).filter(Boolean);
}

/** How long the answers may take together, in whole minutes, rounded up. */
export function minutesOf(questions: readonly Pick<DraftQuestion, "time_limit">[]): number {
  return Math.ceil(questions.reduce((sum, one) => sum + one.time_limit, 0) / 60);
}

/** What kind of question it is, in words; empty where the server tells it by the wording. */
export function kindOf({ category, difficulty }: Pick<DraftQuestion, "category" | "difficulty">): string {
  return [category && practice.categories[category], practice.difficulties[difficulty]].filter(Boolean).join(" · ");
}
