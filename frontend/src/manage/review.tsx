import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, data, type Schemas } from "@/api/client";
import { Choice } from "@/components/field";
import { Badge, Card, type Tone } from "@/components/page";
import { messageOf } from "@/components/states";
import { toast } from "@/components/toast";
import { conducted as text } from "@/text";
import { conducted as queries, type Dossier } from "./queries";

export type ReviewState = Schemas["Review"];
const TONES: Record<ReviewState, Tone> = { to_review: "plain", shortlisted: "voice", rejected: "plain" };
const t = text.review;

/** What a person has decided about a candidate. */
export function ReviewBadge({ review }: { review: ReviewState }) {
  return <Badge tone={TONES[review]}>{t.states[review]}</Badge>;
}

/** Where a person writes down what they have decided; what people rated stands beside it. */
export function Review({ dossier: { session } }: { dossier: Dossier }) {
  const cache = useQueryClient();
  const decide = useMutation({
    mutationFn: (review: ReviewState) => data(client.PUT("/api/v1/admin/sessions/{session_id}/review", { params: { path: { session_id: session.id } }, body: { review } })),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: queries.all });
      toast(t.saved);
    },
    onError: (error) => toast(messageOf(error), "error"),
  });
  return (
    <Card className="flex flex-wrap items-start justify-between gap-x-8 gap-y-5">
      <div>
        <Choice label={t.title} value={decide.isPending ? decide.variables : session.review} onChange={(review) => decide.mutate(review)} options={Object.entries(t.states) as [ReviewState, string][]} />
        <p className="mt-2 text-sm text-muted">{t.hint}</p>
      </div>
      <dl className="text-sm">
        <dt className="font-medium">{t.rating}</dt>
        <dd className="mt-1.5 text-muted">{session.rating === null ? t.noRating : t.ratingOf(session.rating)}</dd>
      </dl>
    </Card>
  );
}
