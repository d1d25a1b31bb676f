import { useQuery } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";
import { Columns3, SearchX } from "lucide-react";
import { useState } from "react";
import { Button, ButtonLink } from "@/components/button";
import { Select } from "@/components/field";
import { Card, Heading, Note, Page } from "@/components/page";
import { Pager } from "@/components/pager";
import { Await, Empty } from "@/components/states";
import { cn } from "@/lib/cn";
import { day, score } from "@/lib/format";
import { textOf } from "@/lib/search";
import { Comparison, Totals } from "@/manage/comparison";
import { type Conducted, conducted as queries, sets } from "@/manage/queries";
import { conducted } from "@/text";

/** `ids` are the interviews that are compared, with commas between them. */
type Search = { ids?: string };
const t = conducted.compare;
const MOST = 6;

export const Route = createFileRoute("/_app/manage/compare")({
  validateSearch: (search: Record<string, unknown>): Search => ({ ids: textOf(search.ids) }),
  component: Compare,
});

function Compare() {
  const { ids = "" } = Route.useSearch();
  const chosen = ids.split(",").filter(Boolean).slice(0, MOST);
  return chosen.length < 2 ? <Choice first={chosen} /> : <Compared key={ids} ids={chosen} />;
}

function Compared({ ids }: { ids: readonly string[] }) {
  const found = useQuery(queries.comparison(ids));
  const change = (
    <ButtonLink to="/manage/compare" search={{}} variant="outline">
      {t.change}
    </ButtonLink>
  );
  return (
    <Page title={t.title} lead={t.lead} actions={change}>
      <Await query={found} lines={8}>
        {(comparison) => (
          <>
            <Note tone="caution">{comparison.notice}</Note>
            <Totals candidates={comparison.candidates} questions={comparison.questions} />
            {comparison.questions.length === 0 ? (
              <Card>
                <Empty icon={SearchX} title={t.nothingShared} text={t.nothingSharedText}>
                  {change}
                </Empty>
              </Card>
            ) : (
              <Comparison questions={comparison.questions} />
            )}
          </>
        )}
      </Await>
    </Page>
  );
}

function Choice({ first }: { first: readonly string[] }) {
  const navigate = Route.useNavigate();
  const [chosen, setChosen] = useState(first);
  const [set, setSet] = useState("");
  const [page, setPage] = useState(1);
  const all = useQuery(sets.all);
  const found = useQuery(queries.page({ status: "completed", by_code: true, question_set_id: set || undefined, sort: "candidate", order: "asc" }, page));
  const toggle = (id: string) => setChosen((before) => (before.includes(id) ? before.filter((one) => one !== id) : [...before, id].slice(-MOST)));
  return (
    <Page title={t.title} lead={t.lead}>
      <Card>
        <Heading aside={t.most}>{t.choose}</Heading>
        <p className="mb-5 text-muted">{t.chooseText}</p>
        <Select
          className="sm:w-80"
          label={t.set}
          value={set}
          onChange={(event) => {
            setSet(event.target.value);
            setPage(1);
          }}
          options={[["", t.allSets], ...(all.data ?? []).map((one) => [one.id, one.name] as const)]}
        />
      </Card>
      <Await query={found} lines={8}>
        {({ sessions, pagination }) => (
          <Card flush className={cn(found.isPlaceholderData && "opacity-60")}>
            {sessions.length === 0 ? (
              <Empty icon={Columns3} title={t.none} text={t.noneText} />
            ) : (
              <ul aria-label={t.candidates} className="divide-y divide-line">
                {sessions.map((one) => (
                  <li key={one.id}>
                    <Candidate interview={one} chosen={chosen.includes(one.id)} onToggle={() => toggle(one.id)} />
                  </li>
                ))}
              </ul>
            )}
            <Pager pagination={pagination} onPage={setPage} />
          </Card>
        )}
      </Await>
      <Button size="lg" className="self-start" disabled={chosen.length < 2} onClick={() => void navigate({ search: { ids: chosen.join(",") } })}>
        {t.show(chosen.length)}
      </Button>
    </Page>
  );
}

function Candidate({ interview, chosen, onToggle }: { interview: Conducted; chosen: boolean; onToggle: () => void }) {
  return (
    <label className={cn("flex min-h-16 cursor-pointer items-center gap-4 px-5 py-2 hover:bg-sunken", chosen && "bg-primary-soft")}>
      <input type="checkbox" checked={chosen} onChange={onToggle} className="size-4 shrink-0 accent-primary" />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{interview.candidate.name || conducted.list.unnamed}</span>
        <span className="block truncate text-sm text-muted">{[interview.title, day(interview.completed_at ?? interview.created_at)].join(" · ")}</span>
      </span>
      <span className="tabular font-semibold">{score(interview.total_score)}</span>
    </label>
  );
}
