import { ExternalLink } from "lucide-react";
import type { Schemas } from "@/api/client";
import { Badge, Card, Heading, Note } from "@/components/page";
import { MeasureBars, Range, ScoreRing } from "@/components/score";
import { report as t } from "@/text";
import { Quote } from "./quote";

type Scores = Schemas["ScoresOut"];
type Feedback = Schemas["FeedbackOut"];

/** The whole interview at a glance: the number with its doubt, the measures, what to keep and what to try. Measures are
 * shown where something was `answered`, and the reference answers named where there is one. */
export function Overview({ scores, feedback, answered, reference }: { scores: Scores; feedback: Feedback; answered: boolean; reference: boolean }) {
  return (
    <>
      <div className="grid gap-6 md:grid-cols-2">
        <Card>
          <Heading aside={<Range value={scores.total_score} uncertainty={scores.uncertainty} />}>{t.overall}</Heading>
          <div className="flex items-center gap-5">
            <ScoreRing value={scores.total_score} size={104} label={t.overall} />
            <div>
              <p className="text-lg font-semibold">{scores.enough_answers ? t.readiness(feedback.readiness_level) : (feedback.overall_rating ?? t.unscored)}</p>
              {scores.enough_answers && feedback.readiness_level === "Not Ready" && <p className="text-sm text-muted">{t.notReady}</p>}
              {!scores.enough_answers && scores.scored_questions > 0 && <p className="text-sm text-muted">{t.noVerdict(scores.scored_questions)}</p>}
            </div>
          </div>
          <p className="mt-5 text-muted">{scores.performance_summary}</p>
          <p className="mt-2 text-sm text-muted">{t.madeOf}</p>
        </Card>
        <Card>
          <Heading>{t.measuresTitle}</Heading>
          <div className="flex flex-col gap-4">
            {answered ? <MeasureBars scores={scores} /> : <p className="text-muted">{t.notJudged}</p>}
          </div>
        </Card>
      </div>
      <Note tone={scores.facts === "checked" ? "voice" : "caution"}>
        {scores.facts === "checked" ? t.checked : t.notChecked(reference)} {t.decides}
      </Note>
      <div className="grid gap-6 md:grid-cols-2">
        <Card>
          <Heading>{t.keep}</Heading>
          {feedback.strengths.length === 0 && <p className="text-muted">{t.keepNone}</p>}
          <ul className="flex flex-col gap-4">
            {feedback.strengths.map((remark) => (
              <li key={remark.message} className="flex flex-col gap-1">
                <p>{remark.message}</p>
                {remark.quote && <Quote quote={remark.quote} />}
              </li>
            ))}
          </ul>
        </Card>
        <Card>
          <Heading>{t.next}</Heading>
          {feedback.suggestions.length === 0 && <p className="text-muted">{t.nextNone}</p>}
          <ul className="flex flex-col gap-3">
            {feedback.suggestions.map((suggestion) => (
              <li key={suggestion.message} className="flex flex-col items-start gap-1">
                <Badge>{t.categories[suggestion.category] ?? suggestion.category}</Badge>
                <p>{suggestion.message}</p>
              </li>
            ))}
          </ul>
        </Card>
      </div>
    </>
  );
}

export function Resources({ resources }: { resources: Feedback["resources"] }) {
  if (resources.length === 0) return null;
  return (
    <Card>
      <Heading>{t.resources}</Heading>
      <ul className="flex flex-col gap-4">
        {resources.map((resource) => (
          <li key={resource.url}>
            <a href={resource.url} target="_blank" rel="noreferrer" className="inline-flex items-center gap-1.5 font-medium text-primary underline underline-offset-4">
              {resource.title}
              <ExternalLink aria-hidden className="size-4" />
            </a>
            <p className="text-sm text-muted">{resource.description}</p>
          </li>
        ))}
      </ul>
    </Card>
  );
}
