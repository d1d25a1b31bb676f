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

const ADDRESS = /<?(?:mailto:)?[^\s<>()[\],;|:"]+@[^\s<>()[\],;|:"]+\.[^\s<>()[\],;|:"]+>?/gi;

/** What a line of a pasted list names: without addresses, what surrounds them, and cells that they leave empty. */
function nameIn(line: string): string {
  const cells = line.replace(ADDRESS, "").replace(/\(\s*\)/g, "").split(/[;|\t]/);
  return cells.map((cell) => cell.replace(/^[\s,"'<]+|[\s,"'>]+$/g, "")).filter(Boolean).join(" ");
}

type NameList = {
  names: string[];
  /** Lines, from 1, whose name is too long. */
  long: number[];
  repeated: string[];
  /** Names that had an address in their line. */
  addressed: string[];
  /** Lines, from 1, with an address and no name. */
  nameless: number[];
};

/** The names of a list with one on each line, once each, and what is odd about the lines. Addresses are left out. */
export function namesOf(list: string): NameList {
  const names: string[] = [];
  const [repeated, addressed] = [new Set<string>(), new Set<string>()];
  const [long, nameless]: [number[], number[]] = [[], []];
  for (const [place, line] of list.split("\n").entries()) {
    const hasAddress = line.search(ADDRESS) >= 0;
    const name = hasAddress ? nameIn(line) : line.trim();
    if (name.length > LONGEST_NAME) long.push(place + 1);
    if (hasAddress && !name) nameless.push(place + 1);
    if (!name) continue;
    if (hasAddress) addressed.add(name);
    const before = names.find((one) => plain(one) === plain(name));
    if (before === undefined) names.push(name);
    else repeated.add(before);
  }
  return { names, long, repeated: [...repeated], addressed: [...addressed], nameless };
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
