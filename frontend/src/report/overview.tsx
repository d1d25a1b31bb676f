import { ExternalLink } from "lucide-react";
import type { Schemas } from "@/api/client";
import { Badge, Card, Heading, Note } from "@/components/page";
import { ScoreBar, ScoreRing } from "@/components/score";
import { account, report as t } from "@/text";
import { Quote } from "./quote";

type Scores = Schemas["ScoresOut"];
type Feedback = Schemas["FeedbackOut"];

/** Whether enough was answered for a word on readiness; fewer answers are capped by the server, beside any score. */
function verdictFits({ scored_questions: scored, question_scores: all }: Scores): boolean {
  return scored >= Math.max(3, all.length / 2);
}

/** The whole interview at a glance: the number with its doubt, the measures, what to keep and what to try. Fluency is
 * shown only where something was `spoken`, measures where something was `answered`, and the reference answers are
 * named where there is one. */
export function Overview({ scores, feedback, spoken, answered, reference }: { scores: Scores; feedback: Feedback; spoken: boolean; answered: boolean; reference: boolean }) {
  const measures = (["relevance", "keywords", "fluency", "grammar"] as const).filter((key) => spoken || key !== "fluency");
  return (
    <>
      <div className="grid gap-6 md:grid-cols-2">
        <Card>
          <Heading aside={scores.uncertainty !== null && scores.total_score !== null && t.giveOrTake(scores.uncertainty)}>{t.overall}</Heading>
          <div className="flex items-center gap-5">
            <ScoreRing value={scores.total_score} size={104} label={t.overall} />
            <div>
              <p className="text-lg font-semibold">{verdictFits(scores) ? t.readiness(feedback.readiness_level) : (feedback.overall_rating ?? t.unscored)}</p>
              {!verdictFits(scores) && scores.scored_questions > 0 && <p className="text-sm text-muted">{t.noVerdict(scores.scored_questions)}</p>}
            </div>
          </div>
          <p className="mt-5 text-muted">{scores.performance_summary}</p>
          <p className="mt-2 text-sm text-muted">{t.madeOf}</p>
        </Card>
        <Card>
          <Heading>{t.measuresTitle}</Heading>
          <div className="flex flex-col gap-4">
            {answered ? (
              measures.map((key) => <ScoreBar key={key} name={account.measures[key] ?? key} value={scores.breakdown[key].raw} />)
            ) : (
              <p className="text-muted">{t.notJudged}</p>
            )}
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
