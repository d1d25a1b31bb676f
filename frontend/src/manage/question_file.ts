/**
 * Question sets as files: CSV and YAML as `greenroom questions` reads and writes them. What is wrong is told by its line,
 * and what is right can be taken all the same.
 */
import Papa from "papaparse";
import type * as Yaml from "yaml";
import { manage, practice } from "@/text";
import { CATEGORIES, DIFFICULTIES, type DraftQuestion, LONGEST, question, SHORTEST } from "./draft";

const t = manage.importing.problems;
export type Problem = { line: number; text: string };
export type Found = { name: string; description: string; questions: readonly DraftQuestion[]; problems: readonly Problem[] };
type Values = Record<string, unknown>;

const COLUMNS: readonly string[] = ["set", "description", "question", "category", "difficulty", "time_limit", "hints", "expected_points"];
const KEYS: readonly string[] = ["text", "category", "difficulty", "time_limit", "hints", "expected_points"];
const LIMITS = { text: 2000, entry: 300, hints: 10, expected_points: 20 };

/** A file to begin with: three questions with everything that can stand in a row. */
export function sampleCsv(): string {
  const columns = COLUMNS.slice(2);
  return Papa.unparse({ fields: columns, data: manage.importing.sampleRows.map((row) => columns.map((column) => row[column as keyof typeof row])) });
}

/** What a file holds. */
export async function readQuestions(fileName: string, text: string): Promise<Found> {
  return /\.csv$/i.test(fileName) ? readCsv(text) : readYaml(text, await import("yaml"));
}

export function readCsv(text: string): Found {
  const content = text.replace(/^\uFEFF/, "");
  const found = collector();
  let columns: string[] | null = null;
  let line = 1;
  let seen = 0;
  let broken = false;
  Papa.parse<string[]>(content, {
    skipEmptyLines: false,
    delimiter: /^[^,\n]*([;\t])/.exec(content)?.[1] ?? ",", // the columns have no commas in their names
    step: ({ data: cells, errors, meta }) => {
      const at = line;
      line += content.slice(seen, meta.cursor).match(/\r\n|\n|\r/g)?.length ?? 0;
      seen = meta.cursor;
      if (broken || cells.every((cell) => !cell.trim())) return;
      if (errors.some(({ type }) => type === "Quotes")) return found.problem(at, t.quotes);
      if (columns === null) {
        columns = cells.map((cell) => cell.trim().toLowerCase());
        const unknown = columns.filter((column) => column && !COLUMNS.includes(column));
        broken = !columns.includes("question");
        if (broken) found.problem(at, t.columns(COLUMNS.join(", ")));
        else if (unknown.length > 0) found.problem(at, t.unknownColumns(unknown.join(", ")));
        return;
      }
      if (cells.length > columns.length) return found.problem(at, t.tooManyCells);
      const row: Record<string, string> = {};
      for (const [place, column] of columns.entries()) {
        const cell = plain(cells[place] ?? "");
        if (cell) row[column] = cell;
      }
      found.name(row.set, row.description);
      found.add(at, {
        text: row.question,
        category: row.category,
        difficulty: row.difficulty,
        time_limit: row.time_limit === undefined ? undefined : Number(row.time_limit),
        hints: row.hints && split(row.hints),
        expected_points: row.expected_points && split(row.expected_points),
      });
    },
  });
  return found.done(t.empty);
}

/** A cell as it was before a spreadsheet was kept from running it. */
function plain(cell: string): string {
  return cell.trim().replace(/^'(?=[=+\-@\t\r])/, "");
}

function split(cell: string): string[] {
  return cell.split(/(?<!\\)\|/).map((entry) => entry.trim().replaceAll("\\|", "|")).filter(Boolean);
}

export function readYaml(text: string, yaml: typeof Yaml): Found {
  const found = collector();
  const lines = new yaml.LineCounter();
  const lineOf = (node: unknown) => (yaml.isNode(node) && node.range ? lines.linePos(node.range[0]).line : 1);
  const documents = yaml.parseAllDocuments(text, { lineCounter: lines });
  const all = Array.isArray(documents) ? documents : [];
  const readQuestion = (node: unknown) => {
    if (!yaml.isMap(node)) return found.problem(lineOf(node), t.noQuestion);
    const values: Values = {};
    for (const { key, value } of node.items) {
      const name = yaml.isScalar(key) ? String(key.value) : "";
      if (KEYS.includes(name)) values[name] = yaml.isNode(value) ? value.toJSON() : value;
      else found.problem(lineOf(key), t.unknownKey(name));
    }
    found.add(lineOf(node), values);
  };
  const readSet = (node: unknown) => {
    if (!yaml.isMap(node)) return found.problem(lineOf(node), t.noSet);
    const [name, description, questions] = [node.get("name"), node.get("description"), node.get("questions", true)];
    found.name(typeof name === "string" ? name : undefined, typeof description === "string" ? description : undefined);
    if (yaml.isSeq(questions)) for (const one of questions.items) readQuestion(one);
    else found.problem(lineOf(node), t.noSet);
  };
  for (const document of all) {
    for (const error of document.errors) found.problem(error.linePos?.[0].line ?? 1, t.yaml);
    if (document.errors.length > 0) continue;
    const { contents } = document;
    if (!yaml.isSeq(contents)) {
      if (contents !== null) readSet(contents);
      continue;
    }
    for (const one of contents.items) (yaml.isMap(one) && one.has("text") ? readQuestion : readSet)(one);
  }
  return found.done(t.empty);
}

/** Gathers questions and what is wrong with them. */
function collector() {
  const questions: DraftQuestion[] = [];
  const problems: Problem[] = [];
  let [setName, setDescription] = ["", ""];
  const problem = (line: number, text: string) => void problems.push({ line, text });
  return {
    problem,
    name(name: string | undefined, description: string | undefined) {
      setName ||= name ?? "";
      setDescription ||= description ?? "";
    },
    add(line: number, values: Values) {
      const made = questionOf(values);
      if (typeof made === "string") problem(line, made);
      else questions.push(made);
    },
    done(empty: string): Found {
      if (questions.length === 0 && problems.length === 0) problem(1, empty);
      return { name: setName, description: setDescription, questions, problems };
    },
  };
}

/** A question, or what is wrong with it. */
function questionOf(values: Values): DraftQuestion | string {
  const { text, time_limit: limit = 120 } = values;
  if (typeof text !== "string" || !text.trim()) return t.noText;
  if (text.trim().length > LIMITS.text) return t.longText;
  const named = String(values.category).toLowerCase();
  const category = CATEGORIES.find((one) => one === named || practice.categories[one]?.toLowerCase() === named);
  if (values.category != null && !category) return t.category(String(values.category), CATEGORIES.map((one) => practice.categories[one] ?? one).join(", "));
  const difficulty = DIFFICULTIES.find((one) => one === (values.difficulty ?? "medium"));
  if (!difficulty) return t.difficulty(String(values.difficulty), DIFFICULTIES.join(", "));
  if (typeof limit !== "number" || !Number.isInteger(limit) || limit < SHORTEST || limit > LONGEST) return t.timeLimit(SHORTEST, LONGEST);
  const lists: Record<"hints" | "expected_points", string[]> = { hints: [], expected_points: [] };
  for (const name of ["hints", "expected_points"] as const) {
    const entries: unknown = values[name] ?? [];
    if (!Array.isArray(entries) || !entries.every((entry): entry is string => typeof entry === "string" && entry.trim() !== "")) return t.list(name);
    if (entries.length > LIMITS[name]) return t.longList(name, LIMITS[name]);
    if (entries.some((entry) => entry.trim().length > LIMITS.entry)) return t.longEntry(name, LIMITS.entry);
    lists[name] = entries.map((entry) => entry.trim());
  }
  return question({ text: text.trim(), category: category ?? null, difficulty, time_limit: limit, ...lists });
}
