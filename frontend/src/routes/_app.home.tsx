import { useQuery } from "@tanstack/react-query";
import { createFileRoute, Link } from "@tanstack/react-router";
import { CirclePlay, Flame, Sparkles, Target } from "lucide-react";
import type { ReactNode } from "react";
import type { Schemas } from "@/api/client";
import { homeAhead } from "@/api/ahead";
import { chart, dashboard, history } from "@/api/queries";
import { session } from "@/api/session";
import { ButtonLink } from "@/components/button";
import { Trend } from "@/components/charts";
import { Card, Heading, Page } from "@/components/page";
import { SessionList } from "@/components/session_list";
import { Await, Empty } from "@/components/states";
import { minutes, score } from "@/lib/format";
import { inThisWeek, trendOf, weakest, WEEKLY_GOAL } from "@/lib/progress";
import { account, common } from "@/text";

export const Route = createFileRoute("/_app/home")({ loader: ({ context }) => homeAhead(context.queries), component: Home });
const t = account.home;

function Home() {
  const { data: user } = useQuery(session);
  const numbers = useQuery(dashboard);
  const recent = useQuery(history(1, 20));
  const name = user?.is_guest ? "" : (user?.full_name.split(" ")[0] ?? "");
  return (
    <Page title={name ? t.hello(name) : t.lead} lead={name ? t.lead : undefined}>
      <Await query={recent} lines={6}>
        {({ history: items }) => (items.length === 0 ? <First /> : <Await query={numbers}>{(found) => <Overview items={items} numbers={found} />}</Await>)}
      </Await>
    </Page>
  );
}

function First() {
  return (
    <Card>
      <Empty icon={Sparkles} title={t.first} text={t.firstText}>
        <ButtonLink to="/new" size="lg">
          {t.go}
        </ButtonLink>
      </Empty>
    </Card>
  );
}

function Overview({ items, numbers }: { items: readonly Schemas["HistoryItem"][]; numbers: Schemas["DashboardOut"] }) {
  const open = items.find((item) => (item.status === "in_progress" || item.status === "questions_generated") && item.question_count > 0);
  const trend = useQuery(chart("score-trend")).data?.series[0]?.points ?? [];
  const week = inThisWeek(items.map((item) => item.completed_at));
  const focus = weakest(numbers.skills_breakdown);
  return (
    <>
      {open && (
        <Card className="flex flex-wrap items-center gap-x-6 gap-y-4 border-primary">
          <CirclePlay aria-hidden className="size-7 shrink-0 text-primary" strokeWidth={1.75} />
          <div className="min-w-0 flex-1 basis-56">
            <h2 className="font-semibold">{open.status === "in_progress" ? t.continue : t.ready}</h2>
            <p className="text-sm text-muted">
              {open.title} · {common.answered(open)}
            </p>
          </div>
          <ButtonLink to="/room/$id" params={{ id: open.session_id }}>
            {open.status === "in_progress" ? t.continueAction : t.begin}
          </ButtonLink>
        </Card>
      )}
      <div className="grid gap-6 md:grid-cols-2">
        <Tile icon={<Target aria-hidden className="size-5 text-primary" />} title={t.focus}>
          {focus ? (
            <p className="text-muted">{t.focusText(account.measures[focus.name] ?? focus.name, score(focus.value))}</p>
          ) : (
            <p className="text-muted">{account.progress.emptyText}</p>
          )}
          <ButtonLink to="/new" variant="outline" className="mt-auto self-start">
            {t.go}
          </ButtonLink>
        </Tile>
        <Tile icon={<Flame aria-hidden className="size-5 text-caution" />} title={t.week} aside={numbers.current_streak > 0 && t.streak(numbers.current_streak)}>
          <p className="text-muted">{week >= WEEKLY_GOAL ? t.weekDone : t.weekText(week, WEEKLY_GOAL)}</p>
          <div role="img" aria-label={t.weekText(week, WEEKLY_GOAL)} className="flex gap-2">
            {Array.from({ length: WEEKLY_GOAL }, (_, place) => (
              <span key={place} className={`h-2 flex-1 rounded-full ${place < week ? "bg-voice" : "bg-sunken"}`} />
            ))}
          </div>
          <dl className="mt-auto grid grid-cols-[1fr_1fr_auto] gap-4 pt-2">
            <Number name={t.average} value={score(numbers.average_score)} />
            <Number name={t.best} value={score(numbers.best_score)} />
            {numbers.total_practice_time > 0 && <Number name={t.time} value={minutes(numbers.total_practice_time)} />}
          </dl>
        </Tile>
      </div>
      <div className="grid gap-6 md:grid-cols-2">
        {trend.length > 0 && (
          <Card>
            <Heading>{t.trend}</Heading>
            <Trend title={t.trend} height={240} points={trendOf(trend.slice(-20))} />
          </Card>
        )}
        <Card>
          <Heading
            aside={
              <Link to="/sessions" className="font-medium text-primary underline underline-offset-4">
                {t.all}
              </Link>
            }
          >
            {t.recent}
          </Heading>
          <SessionList items={items.slice(0, 4)} />
        </Card>
      </div>
      {trend.length > 0 && <p className="text-sm text-muted">{t.note}</p>}
    </>
  );
}

function Tile({ icon, title, aside, children }: { icon: ReactNode; title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <Card className="flex flex-col gap-4">
      <div className="flex items-center gap-2">
        {icon}
        <h2 className="text-base font-semibold">{title}</h2>
        {aside && <span className="ml-auto text-sm text-muted">{aside}</span>}
      </div>
      {children}
    </Card>
  );
}

function Number({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="tabular text-lg font-semibold">{value}</dd>
    </div>
  );
}
