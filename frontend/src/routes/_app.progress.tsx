import { useQuery } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";
import { ChartLine } from "lucide-react";
import type { Schemas } from "@/api/client";
import { progressAhead } from "@/api/ahead";
import { chart, dashboard, history, lastScored, lastScores } from "@/api/queries";
import { ButtonLink } from "@/components/button";
import { Columns, Radar, Trend } from "@/components/charts";
import { Card, Heading, Page } from "@/components/page";
import { ScoreBar } from "@/components/score";
import { Await, Empty } from "@/components/states";
import { day, score } from "@/lib/format";
import { byWeek } from "@/lib/progress";
import { account, common, practice } from "@/text";

export const Route = createFileRoute("/_app/progress")({
  loader: ({ context }) => void progressAhead(context.queries),
  component: Progress,
});
const t = account.progress;

function Progress() {
  const numbers = useQuery(dashboard);
  return (
    <Page title={t.title} lead={t.lead}>
      <Await query={numbers}>
        {(found) =>
          found.completed_interviews === 0 ? (
            <Card>
              <Empty icon={ChartLine} title={t.empty} text={t.emptyText}>
                <ButtonLink to="/new">{common.nav.practice}</ButtonLink>
              </Empty>
            </Card>
          ) : (
            <Charts numbers={found} />
          )
        }
      </Await>
    </Page>
  );
}

function Charts({ numbers }: { numbers: Schemas["DashboardOut"] }) {
  const trend = useQuery(chart("score-trend"));
  const activity = useQuery(chart("activity"));
  const recent = useQuery(history(1, 20));
  const last = lastScored(recent.data?.history);
  const latest = useQuery({ ...lastScores(last?.session_id ?? ""), enabled: last !== undefined });
  const scores = trend.data?.series[0]?.points ?? [];
  return (
    <>
      <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
        <Figure name={t.sessions} value={String(numbers.completed_interviews)} />
        <Figure name={t.questions} value={String(numbers.total_questions)} />
        <Figure name={account.home.average} value={score(numbers.average_score)} />
        <Figure name={t.change} value={scores.length < 2 ? "–" : t.fromTo(score(scores[0]?.value), score(scores.at(-1)?.value))} />
      </dl>
      <Await query={trend}>
        {({ series }) => (
          <Card>
            <Heading>{t.trend}</Heading>
            <Trend title={t.trend} points={(series[0]?.points ?? []).map((point) => ({ label: point.date ? day(point.date) : point.label, value: point.value }))} />
          </Card>
        )}
      </Await>
      <div className="grid gap-6 md:grid-cols-2">
        <Card>
          <Heading aside={latest.data && t.nowBefore}>{t.measures}</Heading>
          <div className="grid place-items-center">
            <Radar title={t.measures} axes={axesOf(numbers.skills_breakdown, latest.data)} />
          </div>
          {latest.data && (
            <ul className="mt-2 flex flex-wrap justify-center gap-x-6 text-sm text-muted">
              <li className="flex items-center gap-2">
                <span aria-hidden className="h-0.5 w-6 bg-primary" />
                {t.now}
              </li>
              <li className="flex items-center gap-2">
                <span aria-hidden className="w-6 border-t-2 border-dashed border-muted" />
                {t.before}
              </li>
            </ul>
          )}
        </Card>
        <Card>
          <Heading>{t.categories}</Heading>
          <div className="flex flex-col gap-4">
            {Object.entries(numbers.category_scores).map(([category, value]) => (
              <ScoreBar key={category} name={practice.categories[category] ?? category} value={value} />
            ))}
          </div>
        </Card>
      </div>
      <Await query={activity}>
        {({ series }) => (
          <Card>
            <Heading>{t.activity}</Heading>
            <Columns title={t.activity} points={byWeek(series[0]?.points ?? [])} />
          </Card>
        )}
      </Await>
      <p className="text-sm text-muted">{t.note}</p>
    </>
  );
}

type Means = Schemas["SkillMeans"];

function axesOf(all: Means, last: Schemas["ScoresOut"] | undefined) {
  const measures = ["relevance", "keywords", "fluency", "grammar"] as const;
  return measures.filter((key) => all[key] !== null).map((key) => ({
    label: account.measures[key] ?? key,
    value: (last ? last.breakdown[key].raw : all[key]) ?? 0,
    before: last ? all[key] : null,
  }));
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div className="rounded-card border border-line bg-surface p-4">
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="tabular mt-1 text-xl font-semibold">{value}</dd>
    </div>
  );
}
