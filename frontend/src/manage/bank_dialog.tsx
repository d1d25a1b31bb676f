import { useQuery } from "@tanstack/react-query";
import { Check, SearchX } from "lucide-react";
import { useState } from "react";
import type { Schemas } from "@/api/client";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { Select } from "@/components/field";
import { Pager } from "@/components/pager";
import { SearchBox } from "@/components/search_box";
import { Empty, Failure, Loading } from "@/components/states";
import { cn } from "@/lib/cn";
import { oneOf } from "@/lib/search";
import { common, practice, sets } from "@/text";
import { CATEGORIES, type Category, DIFFICULTIES, type Difficulty, kindOf } from "./draft";
import { bank } from "./queries";

const t = sets.bank;
type BankQuestion = Schemas["BankQuestionOut"];

/** Questions that come with the server, to be searched and taken over. `there` are those that the set has already. */
export function BankDialog({ open, onClose, there, onAdd }: { open: boolean; onClose: () => void; there: ReadonlySet<string>; onAdd: (questions: readonly BankQuestion[]) => void }) {
  return (
    <Dialog open={open} onClose={onClose} title={t.title} className="w-[min(48rem,calc(100vw-2rem))]">
      <Search there={there} onAdd={onAdd} />
    </Dialog>
  );
}

function Search({ there, onAdd }: { there: ReadonlySet<string>; onAdd: (questions: readonly BankQuestion[]) => void }) {
  const [search, setSearch] = useState("");
  const [category, setCategory] = useState<Category>();
  const [difficulty, setDifficulty] = useState<Difficulty>();
  const [page, setPage] = useState(1);
  const [chosen, setChosen] = useState<readonly BankQuestion[]>([]);
  const found = useQuery(bank({ page, search, category, difficulty }));
  const toggle = (one: BankQuestion) => setChosen((all) => (all.some(({ text }) => text === one.text) ? all.filter(({ text }) => text !== one.text) : [...all, one]));
  return (
    <div className="mt-4 flex flex-col gap-4">
      <div className="grid gap-4 sm:grid-cols-[1fr_10rem_9rem]">
        <SearchBox
          label={t.search}
          placeholder={t.placeholder}
          value={search}
          onChange={(text) => {
            setSearch(text);
            setPage(1);
          }}
        />
        <Select
          label={t.kind}
          value={category ?? ""}
          onChange={(event) => {
            setCategory(oneOf(CATEGORIES, event.target.value));
            setPage(1);
          }}
          options={[["", common.all], ...CATEGORIES.map((one) => [one, practice.categories[one] ?? one] as const)]}
        />
        <Select
          label={t.difficulty}
          value={difficulty ?? ""}
          onChange={(event) => {
            setDifficulty(oneOf(DIFFICULTIES, event.target.value));
            setPage(1);
          }}
          options={[["", common.all], ...DIFFICULTIES.map((one) => [one, practice.difficulties[one] ?? one] as const)]}
        />
      </div>
      <div className="h-[45vh] min-h-56 overflow-y-auto rounded-card border border-line" tabIndex={-1}>
        {found.isError ? (
          <Failure error={found.error} retry={() => void found.refetch()} />
        ) : !found.data ? (
          <Loading lines={8} className="p-5" />
        ) : found.data.questions.length === 0 ? (
          <Empty icon={SearchX} title={t.nothing} text={t.nothingText} />
        ) : (
          <ul className={cn("divide-y divide-line", found.isPlaceholderData && "opacity-60")}>
            {found.data.questions.map((one) => (
              <li key={one.text}>
                <Choosable question={one} isThere={there.has(one.text)} chosen={chosen.some(({ text }) => text === one.text)} onToggle={() => toggle(one)} />
              </li>
            ))}
          </ul>
        )}
        {found.data && <Pager pagination={found.data.pagination} onPage={setPage} />}
      </div>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p aria-live="polite" className="text-sm text-muted">
          {found.data && t.found(found.data.pagination.total)}
        </p>
        <Button disabled={chosen.length === 0} onClick={() => onAdd(chosen)}>
          {t.add(chosen.length)}
        </Button>
      </div>
    </div>
  );
}

function Choosable({ question, isThere, chosen, onToggle }: { question: BankQuestion; isThere: boolean; chosen: boolean; onToggle: () => void }) {
  return (
    <label className={cn("flex min-h-14 items-start gap-3 px-4 py-3", isThere ? "text-muted" : "cursor-pointer hover:bg-sunken")}>
      {isThere ? <Check aria-hidden className="mt-1 size-4 shrink-0" /> : <input type="checkbox" checked={chosen} onChange={onToggle} className="mt-1 size-4 shrink-0 accent-primary" />}
      <span className="min-w-0">
        <span className="block">{question.text}</span>
        <span className="block text-sm text-muted">{[isThere && t.there, kindOf(question), question.skills.slice(0, 3).join(", ")].filter(Boolean).join(" · ")}</span>
      </span>
    </label>
  );
}
