import { useMutation } from "@tanstack/react-query";
import { X } from "lucide-react";
import { client, data, type Schemas } from "@/api/client";
import { Button } from "@/components/button";
import { Select } from "@/components/field";
import { messageOf } from "@/components/states";
import { practice } from "@/text";

const t = practice.create;
const COUNTS = [1, 2, 3, 4, 5, 6, 8, 10];
export type PlannedRound = Schemas["SuggestedRound"] & { key: number };

/** The rounds of an interview that is planned: suggested for the role, and changed as somebody likes. */
export function PlannedRounds({ role, job, rounds, onChange }: { role: string; job: string; rounds: readonly PlannedRound[] | null; onChange: (rounds: readonly PlannedRound[]) => void }) {
  const suggest = useMutation({
    mutationFn: () => data(client.POST("/api/v1/interviews/rounds/suggest", { body: { target_role: role, job_description: job.trim() || null } })),
    onSuccess: ({ rounds: found }) => onChange(found.map((round, key) => ({ ...round, key }))),
  });
  const minutes = (rounds ?? []).reduce((sum, round) => sum + (round.duration_minutes ?? 0), 0);
  const questions = (rounds ?? []).reduce((sum, round) => sum + round.num_questions, 0);
  return (
    <section aria-label={t.rounds} className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-sm text-muted">{role ? t.roundsHint : t.roundsRole}</p>
        <Button variant="outline" disabled={!role} busy={suggest.isPending} onClick={() => suggest.mutate()}>
          {rounds === null ? t.suggest : t.suggestAgain}
        </Button>
      </div>
      {suggest.isError && (
        <p role="alert" className="text-sm text-rec">
          {messageOf(suggest.error)}
        </p>
      )}
      {rounds !== null && rounds.length > 0 && (
        <>
          <ol className="flex flex-col divide-y divide-line rounded-card border border-line">
            {rounds.map((round) => (
              <li key={round.key} className="flex flex-wrap items-center gap-x-4 gap-y-3 p-4">
                <div className="min-w-0 flex-1 basis-56">
                  <p className="font-medium">{round.name}</p>
                  <p className="text-sm text-muted">{round.description}</p>
                </div>
                <Select
                  label={t.roundQuestions(round.name)}
                  className="w-40 [&>label]:sr-only"
                  value={String(round.num_questions)}
                  onChange={(event) => onChange(rounds.map((one) => (one === round ? { ...one, num_questions: Number(event.target.value) } : one)))}
                  options={[...new Set([...COUNTS, round.num_questions])].sort((a, b) => a - b).map((count) => [String(count), t.roundLength(count)] as const)}
                />
                <Button variant="ghost" size="icon" aria-label={t.removeRound(round.name)} title={t.removeRound(round.name)} onClick={() => onChange(rounds.filter((one) => one !== round))}>
                  <X aria-hidden className="size-5" />
                </Button>
              </li>
            ))}
          </ol>
          <p role="status" className="text-sm text-muted">
            {t.roundsTotal(rounds.length, questions, minutes)}
          </p>
        </>
      )}
    </section>
  );
}
