import { useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { Check, CircleDashed, type LucideIcon, Minus, Plus, RotateCcw } from "lucide-react";
import { client, data, type Schemas } from "@/api/client";
import { attempts, interviews } from "@/api/queries";
import { session } from "@/api/session";
import { Button, ButtonLink } from "@/components/button";
import { ScoreRing } from "@/components/score";
import { messageOf } from "@/components/states";
import { toast } from "@/components/toast";
import { cn } from "@/lib/cn";
import { moment } from "@/lib/format";
import { report as t } from "@/text";
import { compare } from "./compare";

type Question = Schemas["QuestionEvaluation"];

/** Asks the same question again, in a practice of its own. */
export function Redo({ sessionId, question, label = t.redo }: { sessionId: string; question: Question; label?: string }) {
  const queries = useQueryClient();
  const router = useRouter();
  const { data: user } = useQuery(session);
  const redo = useMutation({
    mutationFn: () =>
      data(client.POST("/api/v1/interviews/sessions/{session_id}/questions/{question_id}/redo", { params: { path: { session_id: sessionId, question_id: question.question_id } } })),
    onSuccess: ({ id }) => {
      void queries.invalidateQueries({ queryKey: interviews.all });
      return router.navigate({ to: "/room/$id", params: { id } });
    },
    onError: (error) => toast(messageOf(error), "error"),
  });
  if (user?.is_guest) {
    return (
      <div className="flex flex-wrap items-center gap-3">
        <ButtonLink to="/signup" search={{ next: `/sessions/${sessionId}` }} variant="outline">
          <RotateCcw aria-hidden className="size-4" />
          {t.redoAsGuest}
        </ButtonLink>
        <span className="text-sm text-muted">{t.redoGuest}</span>
      </div>
    );
  }
  return (
    <Button variant="outline" busy={redo.isPending} onClick={() => redo.mutate()}>
      <RotateCcw aria-hidden className="size-4" />
      {label}
    </Button>
  );
}

/** This attempt beside the one before it: what was added, what is still missing. Nothing while there is only one. */
export function Attempts({ sessionId, question }: { sessionId: string; question: Question }) {
  const found = useQuery(attempts(sessionId, question.question_id));
  const finished = (found.data?.attempts ?? []).filter((attempt) => attempt.status === "completed");
  const place = finished.findIndex((attempt) => attempt.session_id === sessionId);
  const results = useQueries({ queries: finished.length > 1 ? finished.map((attempt) => interviews.evaluation(attempt.session_id)) : [] });
  if (finished.length < 2) return null;
  const of = (number: number) => results[number]?.data?.questions.find((one) => one.question_id === finished[number]?.question_id);
  const [before, now] = place > 0 ? [of(place - 1), question] : [question, of(1)];
  const comparison = before?.evaluation && now?.evaluation ? compare(before.evaluation.points, now.evaluation.points) : null;
  return (
    <section className="flex flex-col gap-5">
      <h4 className="text-sm font-semibold">{t.attempts}</h4>
      <ol className="flex flex-wrap gap-3">
        {finished.map((attempt, number) => (
          <li key={attempt.session_id}>
            <Link
              to="/sessions/$id"
              params={{ id: attempt.session_id }}
              aria-current={number === place ? "true" : undefined}
              className={cn("flex items-center gap-3 rounded-card border p-3 pr-5", number === place ? "border-primary bg-primary-soft" : "border-line hover:border-edge")}
            >
              <ScoreRing value={of(number)?.evaluation?.overall_score ?? null} label={t.attempt(number + 1)} size={48} />
              <span>
                <span className="block text-sm font-medium">
                  {t.attempt(number + 1)} {number === place && <span className="font-normal text-muted">· {t.thisOne}</span>}
                </span>
                <span className="block text-sm text-muted">{moment(attempt.created_at)}</span>
              </span>
            </Link>
          </li>
        ))}
      </ol>
      {comparison && <p className="text-sm text-muted">{place > 0 ? t.compared(place + 1, place) : t.compared(2, 1)}</p>}
      {comparison && (
        <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
          <Group icon={Plus} tone="text-voice" title={t.added} points={comparison.added} />
          <Group icon={CircleDashed} tone="text-muted" title={t.stillMissing} points={comparison.missing} />
          {comparison.lost.length > 0 && <Group icon={Minus} tone="text-caution" title={t.lost} points={comparison.lost} />}
          {comparison.kept.length > 0 && <Group icon={Check} tone="text-voice" title={t.kept} points={comparison.kept} />}
        </div>
      )}
    </section>
  );
}

function Group({ icon: Icon, tone, title, points }: { icon: LucideIcon; tone: string; title: string; points: readonly string[] }) {
  return (
    <div>
      <h5 className="mb-2 text-sm font-medium">{title}</h5>
      {points.length === 0 && <p className="text-sm text-muted">{t.none}</p>}
      <ul className="flex flex-col gap-2 text-sm">
        {points.map((point) => (
          <li key={point} className="flex gap-2">
            <Icon aria-hidden className={cn("mt-0.5 size-4 shrink-0", tone)} />
            {point}
          </li>
        ))}
      </ul>
    </div>
  );
}
