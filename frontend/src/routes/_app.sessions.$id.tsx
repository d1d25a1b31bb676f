import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";
import { Braces, Download, FileQuestion, PlayCircle } from "lucide-react";
import { useDeferredValue } from "react";
import { firstScored, reportAhead } from "@/api/ahead";
import { client, data } from "@/api/client";
import { type Interview, interviews, reportPdf, results } from "@/api/queries";
import { Button, ButtonLink } from "@/components/button";
import { Card, Page } from "@/components/page";
import { Await, Empty, Failure, Loading, messageOf } from "@/components/states";
import { toast } from "@/components/toast";
import { download } from "@/lib/download";
import { moment } from "@/lib/format";
import { ByRound } from "@/report/by_round";
import { Overview, Resources } from "@/report/overview";
import { QuestionCard } from "@/report/question_card";
import { isUnanswered } from "@/report/words";
import { SendingNote } from "@/room/sending_note";
import { common, practice, report as t } from "@/text";

export const Route = createFileRoute("/_app/sessions/$id")({
  loader: ({ context, params }) => void reportAhead(context.queries, params.id),
  component: SessionPage,
});

function SessionPage() {
  const { id } = Route.useParams();
  const interview = useQuery(interviews.one(id));
  return interview.data ? (
    <Session interview={interview.data} />
  ) : (
    <Page title={t.title}>
      <Await query={interview}>{() => null}</Await>
    </Page>
  );
}

function Session({ interview }: { interview: Interview }) {
  const { id, title, status, answered_count: answered } = interview;
  const details = [interview.target_role, interview.target_company].filter((text) => text && !title.includes(text)).join(" · ");
  const lead = [details, moment(interview.completed_at ?? interview.created_at), common.answered(interview)].filter(Boolean).join(" · ");
  return (
    <Page title={title} lead={lead} actions={status === "completed" && <Exports interview={interview} />}>
      {status === "completed" ? answered > 0 ? <Report id={id} /> : <Nothing /> : <Unfinished interview={interview} />}
    </Page>
  );
}

function Unfinished({ interview }: { interview: Interview }) {
  const queries = useQueryClient();
  const { id, status, answered_count: answered, question_count: all } = interview;
  const finish = useMutation({
    mutationFn: () => data(client.POST("/api/v1/interviews/sessions/{session_id}/complete", { params: { path: { session_id: id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: interviews.all }),
    onError: (error) => toast(messageOf(error), "error"),
  });
  const rounds = useQuery({ ...interviews.rounds(id), enabled: status === "created" });
  const isPlanned = (rounds.data?.rounds ?? []).length > 0;
  const isOpen = status !== "cancelled" && (all > 0 || isPlanned);
  return (
    <Card>
      <Empty icon={PlayCircle} title={status === "cancelled" ? t.cancelled : answered > 0 ? t.open : t.ready} text={!isOpen ? practice.statuses[status] : answered > 0 ? t.openText(common.answered(interview)) : isPlanned ? t.roundsText : t.readyText(all)}>
        {isOpen ? (
          <>
            <ButtonLink to="/room/$id" params={{ id }}>
              {answered > 0 ? t.goOn : t.begin}
            </ButtonLink>
            {answered > 0 && (
              <Button variant="outline" busy={finish.isPending} onClick={() => finish.mutate()}>
                {t.finishHere}
              </Button>
            )}
          </>
        ) : (
          <ButtonLink to="/new">{common.nav.practice}</ButtonLink>
        )}
      </Empty>
    </Card>
  );
}

function Nothing() {
  return (
    <Card>
      <Empty icon={FileQuestion} title={t.nothing} text={t.nothingText}>
        <ButtonLink to="/new">{common.nav.practice}</ButtonLink>
      </Empty>
    </Card>
  );
}

function Report({ id }: { id: string }) {
  const found = useQuery(results(id));
  const asked = useQuery({ ...interviews.questions(id), enabled: found.isSuccess });
  const evaluation = useQuery({ ...interviews.evaluation(id), enabled: found.isSuccess });
  const questions = useDeferredValue(found.data && evaluation.data?.questions); // much to render, below what is read first
  const failed = found.isError ? found : evaluation.isError ? evaluation : null;
  if (failed) {
    return (
      <Card>
        <Failure error={failed.error} retry={() => void failed.refetch()} />
      </Card>
    );
  }
  if (!found.data || !evaluation.data) {
    return (
      <Card>
        <p className="font-semibold">{t.looking}</p>
        <p className="mb-6 text-muted">{t.lookingText}</p>
        <Loading lines={6} />
      </Card>
    );
  }
  const { scores, feedback } = found.data;
  const every = evaluation.data.questions;
  const first = firstScored(questions);
  const follows = new Set(asked.data?.questions.filter((question) => question.follow_up_of !== null).map((question) => question.id));
  return (
    <>
      <SendingNote session={id} />
      <Overview scores={scores} feedback={feedback} answered={every.some(({ evaluation }) => evaluation?.status === "scored" && !isUnanswered(evaluation))} reference={every.some((question) => question.reference_answer !== null)} />
      {questions && (
        <>
          <section className="flex flex-col gap-4">
            <h2 className="mt-2 text-base font-semibold">{t.questions}</h2>
            <ByRound sessionId={id} questions={questions}>
              {(question) => <QuestionCard key={question.question_id} sessionId={id} question={question} follows={follows.has(question.question_id)} open={question === first} />}
            </ByRound>
          </section>
          <Resources resources={feedback.resources} />
        </>
      )}
    </>
  );
}

function Exports({ interview }: { interview: Interview }) {
  const queries = useQueryClient();
  const { id, title } = interview;
  const json = useMutation({
    mutationFn: async () => {
      const [found, evaluation] = await Promise.all([queries.fetchQuery(results(id)), queries.fetchQuery(interviews.evaluation(id))]);
      download(`${title}.json`, new Blob([JSON.stringify({ interview, ...found, evaluation }, null, 2)], { type: "application/json" }));
    },
    onError: () => toast(t.notExported, "error"),
  });
  const pdf = useMutation({
    mutationFn: async () => {
      await queries.fetchQuery(results(id)); // which has them made where they are missing
      download(`${title}.pdf`, await reportPdf(id));
    },
    onError: (error) => toast(messageOf(error), "error"),
  });
  return (
    <>
      <Button variant="outline" busy={json.isPending} onClick={() => json.mutate()}>
        <Braces aria-hidden className="size-4" />
        {t.json}
      </Button>
      {interview.answered_count > 0 && (
        <Button variant="outline" busy={pdf.isPending} onClick={() => pdf.mutate()}>
          <Download aria-hidden className="size-4" />
          {t.pdf}
        </Button>
      )}
    </>
  );
}
