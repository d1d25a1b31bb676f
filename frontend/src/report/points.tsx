import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Check, CircleDashed, CircleSlash, Contrast, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { client, data, type Schemas } from "@/api/client";
import { interviews } from "@/api/queries";
import { toast } from "@/components/toast";
import { cn } from "@/lib/cn";
import { report as t } from "@/text";
import { Quote, type QuoteData } from "./quote";

type Questions = Schemas["SessionEvaluationOut"];
type Point = Schemas["PointOut"];
type View = "said" | "not_said";

const ICONS: Record<Point["label"], [LucideIcon, string]> = {
  mentioned: [Check, "text-voice"],
  said: [Check, "text-voice"],
  partly: [Contrast, "text-caution"],
  missing: [CircleDashed, "text-muted"],
  contradicted: [CircleSlash, "text-rec"],
};

/** What a good answer says, whether this one did, and what its author thinks of that: they may mark it here. */
export function Points({ sessionId, question, onShow }: { sessionId: string; question: Schemas["QuestionEvaluation"]; onShow: (quote: QuoteData) => void }) {
  const mark = useOwnView(sessionId, question);
  return (
    <PointList points={question.evaluation?.points ?? []} onShow={onShow} own={({ text }) => question.own_view.find((view) => view.point === text)?.view}>
      {({ text }, place) => {
        const own = question.own_view.find((view) => view.point === text)?.view;
        return (["said", "not_said"] as const).map((view) => (
          <button
            key={view}
            type="button"
            aria-pressed={own === view}
            onClick={() => mark(place, own === view ? null : view)}
            className={cn("min-h-9 rounded-full border px-3 text-sm", own === view ? "border-primary bg-primary-soft font-medium text-primary" : "border-line text-muted hover:border-edge hover:text-ink")}
          >
            {t.views[view]}
          </button>
        ));
      }}
    </PointList>
  );
}

/** What became of a point, as a sign; its word stands beside it. */
export function PointMark({ label }: { label: Point["label"] }) {
  const [Icon, tone] = ICONS[label];
  return <Icon aria-hidden className={cn("mt-0.5 size-5 shrink-0", tone)} />;
}

/** Points with the words that show them; `children` stand beside each. */
export function PointList({ points, onShow, own = () => undefined, children }: { points: readonly Point[]; own?: (point: Point) => Schemas["OwnViewOut"]["view"] | undefined; onShow: (quote: QuoteData) => void; children: (point: Point, place: number) => ReactNode }) {
  return (
    <ul className="flex flex-col divide-y divide-line">
      {points.map((point, place) => {
        const [, tone] = ICONS[point.label];
        const view = own(point);
        return (
          <li key={point.text} className="flex flex-col gap-2 py-4 first:pt-0 last:pb-0 sm:flex-row sm:items-start sm:justify-between sm:gap-6">
            <div className="flex min-w-0 gap-3">
              <PointMark label={point.label} />
              <div className="min-w-0">
                <p>{point.text}</p>
                <p className={cn("text-sm", tone)}>
                  {t.labels[point.label]}
                  {view && <span className="font-medium text-primary"> · {t.ownViews[view]}</span>}
                </p>
                {point.quote && <Quote quote={point.quote} onShow={onShow} />}
              </div>
            </div>
            <div className="flex shrink-0 gap-2 pl-8 empty:hidden sm:pl-0">{children(point, place)}</div>
          </li>
        );
      })}
    </ul>
  );
}

/** Marks a point at once and tells the server; what could not be told is taken back. */
function useOwnView(sessionId: string, question: Schemas["QuestionEvaluation"]) {
  const queries = useQueryClient();
  const { queryKey } = interviews.evaluation(sessionId);
  const points = question.evaluation?.points ?? [];
  const save = useMutation({
    mutationFn: (own: Schemas["OwnViewOut"][]) =>
      data(
        client.PUT("/api/v1/interviews/sessions/{session_id}/questions/{question_id}/own-view", {
          params: { path: { session_id: sessionId, question_id: question.question_id } },
          body: { points: own.map(({ point, view }) => ({ point: points.findIndex(({ text }) => text === point), view })) },
        }),
      ),
    onMutate: (own) => {
      const before = queries.getQueryData<Questions>(queryKey);
      queries.setQueryData<Questions>(queryKey, (all) => all && { ...all, questions: all.questions.map((one) => (one.question_id === question.question_id ? { ...one, own_view: own } : one)) });
      return before;
    },
    onError: (_, __, before) => {
      queries.setQueryData(queryKey, before);
      toast(t.viewNotSaved, "error");
    },
  });
  return (place: number, view: View | null) => {
    const point = points[place]?.text;
    if (point === undefined) return;
    const others = question.own_view.filter((own) => own.point !== point);
    save.mutate(view ? [...others, { point, view }] : others);
  };
}
