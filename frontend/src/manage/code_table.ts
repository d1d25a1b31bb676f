/** Codes as a table for a spreadsheet: pure, but for the server's pages. */
import type { QueryClient } from "@tanstack/react-query";
import Papa from "papaparse";
import { manage } from "@/text";
import { type Code, type CodeFilter, codes, type CodeState } from "./queries";

const t = manage.codes;
export const LONGEST_NAME = 120;

export function stateOf(code: Pick<Code, "is_used" | "is_expired" | "session_status">): CodeState {
  if (!code.is_used) return code.is_expired ? "expired" : "open";
  if (code.session_status === null) return "used"; // the interview was deleted
  return code.session_status === "completed" || code.session_status === "cancelled" ? "finished" : "in_progress";
}

/** What is or was asked with a code; `active` is the set that is active now. */
export function setOf(code: Pick<Code, "question_set" | "is_used">, active: string | undefined): string {
  if (code.question_set) return code.question_set.name;
  return code.is_used || !active ? t.bank : t.activeSet(active);
}

/** Whether a link leads to the computer that opens it, so that nobody else can use it. */
export function isLocal(url: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1\])$/.test(new URL(url).hostname);
}

/** A name in the form in which names are compared: spaces and capitals do not count. */
const plain = (name: string) => name.replace(/\s+/g, " ").toLowerCase();

/** The names of a list with one on each line: once each, with the lines that are too long and the names that are repeated. */
export function namesOf(list: string): { names: string[]; long: number[]; repeated: string[] } {
  const lines = list.split("\n").map((line) => line.trim());
  const filled = lines.filter(Boolean);
  const names: string[] = [];
  const repeated = new Set<string>();
  for (const name of filled) {
    const before = names.find((one) => plain(one) === plain(name));
    if (before === undefined) names.push(name);
    else repeated.add(before);
  }
  const long = lines.flatMap((line, place) => (line.length > LONGEST_NAME ? [place + 1] : []));
  return { names, long, repeated: [...repeated] };
}

/** A table with a row for each code. A cell that a spreadsheet would run as a formula begins with an apostrophe. */
export function csvOf(rows: readonly Code[], active?: string): string {
  const table = rows.map((code) => ({
    [t.csvColumns.code]: code.code,
    [t.csvColumns.label]: code.label ?? "",
    [t.csvColumns.link]: stateOf(code) === "open" ? code.join_url : "",
    [t.csvColumns.candidate]: code.candidate_name ?? t.anybody,
    [t.csvColumns.set]: setOf(code, active),
    [t.csvColumns.kind]: manage.kinds[code.kind],
    [t.csvColumns.state]: t.states[stateOf(code)],
    [t.csvColumns.expires]: code.expires_at?.replace(/\.\d+/, "") ?? "",
  }));
  return `\uFEFF${Papa.unparse(table, { columns: Object.values(t.csvColumns), escapeFormulae: true })}\r\n`; // the first character tells spreadsheets that it is UTF-8
}

/** All codes of a filter, page by page. */
export async function allOf(queries: QueryClient, filter: Omit<CodeFilter, "page">): Promise<Code[]> {
  const found: Code[] = [];
  for (let page = 1; ; page++) {
    const { codes: some, pagination } = await queries.fetchQuery({ ...codes.page({ ...filter, page }, 100), staleTime: 0 });
    found.push(...some);
    if (page >= pagination.pages) return found;
  }
}
