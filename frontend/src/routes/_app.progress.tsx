import { useQuery } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";
import { ChartLine } from "lucide-react";
import type { Schemas } from "@/api/client";
import { progressAhead } from "@/api/ahead";
import { chart, dashboard } from "@/api/queries";
import { ButtonLink } from "@/components/button";
import { type Axis, Columns, Radar, Trend } from "@/components/charts";
import { Card, Heading, Page } from "@/components/page";
import { ScoreBar } from "@/components/score";
import { Await, Empty } from "@/components/states";
import { score } from "@/lib/format";
import { byWeek, trendOf } from "@/lib/progress";
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
  const axes = axesOf(useQuery(chart("skills")).data?.series ?? []);
  const compares = axes.some((axis) => axis.before !== null);
  return (
    <>
      <dl className="grid grid-cols-2 gap-4 sm:grid-cols-3">
        <Figure name={t.sessions} value={String(numbers.completed_interviews)} />
        <Figure name={t.questions} value={String(numbers.total_questions)} />
        <Figure name={account.home.average} value={score(numbers.average_score)} />
      </dl>
      <Await query={trend}>
        {({ series }) => (
          <Card>
            <Heading>{t.trend}</Heading>
            <Trend title={t.trend} points={trendOf(series[0]?.points ?? [])} />
          </Card>
        )}
      </Await>
      <div className="grid gap-6 md:grid-cols-2">
        <Card>
          <Heading aside={compares && t.nowBefore}>{t.measures}</Heading>
          <div className="grid place-items-center">{axes.length > 2 && <Radar title={t.measures} axes={axes} />}</div>
          {compares && (
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

/** The last session beside the mean of those before it; of measures that were taken in both, where there were any before. */
function axesOf(series: readonly Schemas["ChartSeries"][]): Axis[] {
  const of = (name: string) => new Map(series.find((one) => one.name === name)?.points.map((point) => [point.label, point.value]));
  const [last, before] = [of("last"), of("before")];
  return Object.entries(t.axes).flatMap(([label, name]) => {
    const [value, was] = [last.get(label), before.get(label)];
    if (value === undefined || (before.size > 0 && was === undefined)) return [];
    return [{ label: name, value, before: was ?? null }];
  });
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div className="rounded-card border border-line bg-surface p-4">
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="tabular mt-1 text-xl font-semibold">{value}</dd>
    </div>
  );
}
