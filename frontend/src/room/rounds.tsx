import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Circle, CircleCheck, CircleDot } from "lucide-react";
import { client, data } from "@/api/client";
import { interviews, type Round } from "@/api/queries";
import { Button } from "@/components/button";
import { Card } from "@/components/page";
import { messageOf } from "@/components/states";
import { toast } from "@/components/toast";
import { cn } from "@/lib/cn";
import { common, room } from "@/text";

const t = room.rounds;

/** Between two rounds of an interview, and before the first: what is done, and what comes next. */
export function Rounds({ id, title, rounds, onFinished }: { id: string; title: string; rounds: readonly Round[]; onFinished: () => void }) {
  const queries = useQueryClient();
  const next = rounds.find((one) => one.state === "planned");
  const done = rounds.filter((one) => one.state === "completed");
  const refresh = () => queries.invalidateQueries({ queryKey: interviews.all });
  const start = useMutation({
    mutationFn: (round: Round) => data(client.POST("/api/v1/interviews/sessions/{session_id}/rounds/{round_id}/start", { params: { path: { session_id: id, round_id: round.id } } })),
    onSuccess: refresh,
    onError: (error) => toast(messageOf(error), "error"),
  });
  const finish = useMutation({
    mutationFn: () => data(client.POST("/api/v1/interviews/sessions/{session_id}/complete", { params: { path: { session_id: id } } })),
    onSuccess: async () => {
      await refresh();
      onFinished();
    },
    onError: (error) => toast(messageOf(error), "error"),
  });
  const last = done.at(-1);
  return (
    <Card className="w-full max-w-xl sm:p-8">
      <h1 className="text-xl font-semibold">{last ? t.done(last.name) : title}</h1>
      <p className="mt-1 text-muted">{last ? t.doneText : t.lead(rounds.length)}</p>
      <ol className="mt-6 flex flex-col gap-1">
        {rounds.map((round) => (
          <Row key={round.id} round={round} isNext={round === next} />
        ))}
      </ol>
      <div className="mt-6 flex flex-wrap gap-3">
        {next && (
          <Button size="lg" busy={start.isPending} onClick={() => start.mutate(next)}>
            {done.length > 0 ? t.next : t.first}
          </Button>
        )}
        {done.length > 0 && (
          <Button size="lg" variant={next ? "outline" : "primary"} busy={finish.isPending} onClick={() => finish.mutate()}>
            {t.finish}
          </Button>
        )}
      </div>
      {next && done.length > 0 && <p className="mt-4 text-sm text-muted">{t.later}</p>}
    </Card>
  );
}

function Row({ round, isNext }: { round: Round; isNext: boolean }) {
  const isDone = round.state === "completed";
  const Icon = isDone ? CircleCheck : isNext ? CircleDot : Circle;
  return (
    <li aria-current={isNext ? "step" : undefined} className={cn("flex items-start gap-3 rounded-control px-3 py-3", isNext && "bg-primary-soft")}>
      <Icon aria-hidden className={cn("mt-0.5 size-5 shrink-0", isDone ? "text-voice" : isNext ? "text-primary" : "text-muted")} />
      <div className="min-w-0">
        <p className="font-medium">{round.name}</p>
        <p className="text-sm text-muted">{isDone ? common.answered(round) : t.planned(round.num_questions, round.duration_minutes)}</p>
        {isNext && round.description && <p className="mt-1 text-sm text-muted">{round.description}</p>}
      </div>
    </li>
  );
}
