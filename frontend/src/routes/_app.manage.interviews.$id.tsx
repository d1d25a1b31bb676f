import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createFileRoute, useRouter } from "@tanstack/react-router";
import { Download, FileArchive, MessageCircleQuestion, RefreshCw, Trash2 } from "lucide-react";
import { useEffect, useState } from "react";
import { address } from "@/api/base";
import { client, data } from "@/api/client";
import { BackLink } from "@/components/back_link";
import { Button, buttonClass } from "@/components/button";
import { Confirm } from "@/components/dialog";
import { Card, Heading, Note, Page } from "@/components/page";
import { Await, Empty, messageOf } from "@/components/states";
import { toast } from "@/components/toast";
import { ago, moment } from "@/lib/format";
import { UnderRounds } from "@/report/by_round";
import { State } from "@/manage/conducted_table";
import { ConductedQuestion, Facts, Summary } from "@/manage/dossier";
import { Notes } from "@/manage/notes";
import { conducted as queries, type Dossier } from "@/manage/queries";
import { Recordings } from "@/manage/recordings";
import { Review } from "@/manage/review";
import { Timeline } from "@/manage/timeline";
import { common, conducted } from "@/text";

export const Route = createFileRoute("/_app/manage/interviews/$id")({ component: InterviewPage });
const t = conducted.one;
const BACK = <BackLink to="/manage/interviews">{t.back}</BackLink>;

function InterviewPage() {
  const { id } = Route.useParams();
  const found = useQuery(queries.one(id));
  return found.data ? (
    <Interview dossier={found.data} onRefresh={() => void found.refetch()} refreshing={found.isFetching} />
  ) : (
    <Page title={conducted.list.title} back={BACK}>
      <Await query={found} lines={8}>
        {() => null}
      </Await>
    </Page>
  );
}

function Interview({ dossier, onRefresh, refreshing }: { dossier: Dossier; onRefresh: () => void; refreshing: boolean }) {
  const { session, questions, results } = dossier;
  const name = session.candidate.name || conducted.list.unnamed;
  const isOpen = session.status === "questions_generated" || session.status === "in_progress";
  const isMaking = session.status === "completed" && results === "generating";
  useFollowing(dossier, isOpen || isMaking, onRefresh);
  const lead = [common.answered(session), session.completed_at ? moment(session.completed_at) : ago(session.started_at ?? session.created_at)].join(" · ");
  const numbers = new Map(questions.map(({ question }) => [question.id, question.number]));
  const first = questions.find(({ state }) => state === "scored");
  return (
    <Page
      title={name}
      lead={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <State status={session.status} />
          {lead}
        </span>
      }
      back={BACK}
      actions={
        <>
          {dossier.scores && (
            <a href={address(`/api/v1/interviews/sessions/${session.id}/report.pdf`)} download className={buttonClass({ variant: "outline" })}>
              <Download aria-hidden className="size-4" />
              {t.pdf}
            </a>
          )}
          <a href={address(`/api/v1/admin/sessions/${session.id}/export`)} download className={buttonClass({ variant: "outline" })} title={t.exportHint}>
            <FileArchive aria-hidden className="size-4" />
            {t.export}
          </a>
          <Deletion id={session.id} name={name} />
        </>
      }
    >
      {(isOpen || isMaking) && (
        <Note className="flex flex-wrap items-center justify-between gap-3">
          <span>
            <span className="font-medium">{isOpen ? t.open : t.making}.</span> {isOpen ? t.openText : t.makingText}
          </span>
          <Button variant="outline" size="sm" busy={refreshing} onClick={onRefresh}>
            {!refreshing && <RefreshCw aria-hidden className="size-4" />}
            {t.refresh}
          </Button>
        </Note>
      )}
      <Summary dossier={dossier} />
      <Review dossier={dossier} />
      <Facts dossier={dossier} />
      <section className="flex flex-col gap-4">
        <h2 className="mt-2 text-base font-semibold">{t.answers}</h2>
        {questions.length === 0 && (
          <Card>
            <Empty icon={MessageCircleQuestion} title={t.noAnswers} heading="h2" />
          </Card>
        )}
        <UnderRounds rounds={dossier.rounds} questions={questions} roundOf={({ question }) => question.round_id}>
          {(one) => <ConductedQuestion key={`${one.question.id} ${one.state}`} dossier={dossier} question={one} open={one === first} />}
        </UnderRounds>
      </section>
      <Card>
        <Heading>{t.notes}</Heading>
        <Notes sessionId={session.id} notes={dossier.notes} numbers={numbers} />
      </Card>
      <Recordings recordings={dossier.recordings} numbers={numbers} candidate={name} />
      <Timeline sessionId={session.id} />
    </Page>
  );
}

/** Reads the interview again once the list shows that something changed, so that looking on is not noted as reading. */
function useFollowing({ session }: Dossier, isOpen: boolean, onChange: () => void) {
  const { data: row } = useQuery(queries.byCode(session.code, isOpen));
  const changed = row != null && (row.status !== session.status || row.answered_count !== session.answered_count || row.total_score !== session.total_score);
  useEffect(() => {
    if (changed) onChange();
  }, [changed]);
}

function Deletion({ id, name }: { id: string; name: string }) {
  const cache = useQueryClient();
  const router = useRouter();
  const [asking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => data(client.DELETE("/api/v1/admin/sessions/{session_id}", { params: { path: { session_id: id } } })),
    onSuccess: async () => {
      await router.navigate({ to: "/manage/interviews" });
      cache.removeQueries({ queryKey: queries.one(id).queryKey });
      await cache.invalidateQueries({ queryKey: queries.all });
      toast(t.deleted);
    },
    onError: (error) => toast(messageOf(error), "error"),
  });
  return (
    <>
      <Button variant="outline" onClick={() => setAsking(true)}>
        <Trash2 aria-hidden className="size-4" />
        {t.delete}
      </Button>
      <Confirm open={asking} onClose={() => setAsking(false)} title={t.deleteTitle(name)} text={t.deleteText} action={t.deleteAction} danger busy={remove.isPending} onConfirm={() => remove.mutate()} />
    </>
  );
}
