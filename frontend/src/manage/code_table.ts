/** Codes as a table for a spreadsheet: pure, but for the server's pages. */
import type { QueryClient } from "@tanstack/react-query";
import Papa from "papaparse";
import { manage } from "@/text";
import { type Code, type CodeFilter, codes, type CodeState } from "./queries";

const t = manage.codes;
export const LONGEST_NAME = 120;

export function stateOf(code: Pick<Code, "is_used" | "is_expired">): CodeState {
  return code.is_used ? "used" : code.is_expired ? "expired" : "open";
}

/** Whether a link leads to the computer that opens it, so that nobody else can use it. */
export function isLocal(url: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1\])$/.test(new URL(url).hostname);
}

/** The names of a list with one on each line: once each, with the lines that are too long and the names that are repeated. */
export function namesOf(list: string): { names: string[]; long: number[]; repeated: string[] } {
  const lines = list.split("\n").map((line) => line.trim());
  const filled = lines.filter(Boolean);
  const names = [...new Set(filled)];
  const long = lines.flatMap((line, place) => (line.length > LONGEST_NAME ? [place + 1] : []));
  return { names, long, repeated: names.filter((name) => filled.indexOf(name) !== filled.lastIndexOf(name)) };
}

/** A table with a row for each code. A cell that a spreadsheet would run as a formula begins with an apostrophe. */
export function csvOf(rows: readonly Code[]): string {
  const table = rows.map((code) => ({
    [t.csvColumns.code]: code.code,
    [t.csvColumns.link]: stateOf(code) === "open" ? code.join_url : "",
    [t.csvColumns.candidate]: code.candidate_name ?? t.anybody,
    [t.csvColumns.set]: code.question_set?.name ?? t.activeSet,
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
