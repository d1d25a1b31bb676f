import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";
import { CircleCheck, CircleDashed, RotateCcw } from "lucide-react";
import { type ReactNode, useState } from "react";
import { client, data, type Schemas } from "@/api/client";
import { Button } from "@/components/button";
import { Badge, Card, Heading, Page, type Tone } from "@/components/page";
import { Pager } from "@/components/pager";
import { Await, messageOf } from "@/components/states";
import { toast } from "@/components/toast";
import { ago, bytes } from "@/lib/format";
import { failedJobs, system } from "@/manage/queries";
import { administration } from "@/text";

export const Route = createFileRoute("/_app/manage/system")({ component: System });
const t = administration.system;
type Whole = Schemas["SystemOut"];
const TONES: Record<Whole["readiness"]["status"], Tone> = { ready: "voice", loading: "caution", unavailable: "rec" };
const JOBS: Record<string, string> = t.jobs;
const ENGINES: Record<string, string> = t.engines;

/** A name of the server's own in words: engines by their names, revisions of models as being there, sentences as they are. */
function named(text: string): string {
  if (text in ENGINES) return ENGINES[text] ?? text;
  return /^[\w.-]+$/.test(text) ? t.live : text.charAt(0).toUpperCase() + text.slice(1);
}

function System() {
  const found = useQuery(system);
  return (
    <Page title={t.title} lead={t.lead}>
      <Await query={found} lines={8}>
        {(whole) => (
          <>
            <Parts whole={whole} />
            <div className="grid gap-6 md:grid-cols-2">
              <Room whole={whole} />
              <Queue queue={whole.queue} />
            </div>
            <Failed />
            <div className="grid gap-6 md:grid-cols-2">
              <Models models={whole.models} />
              <Card>
                <Heading>{t.versions}</Heading>
                <Facts facts={Object.entries(whole.versions)} />
              </Card>
            </div>
          </>
        )}
      </Await>
    </Page>
  );
}

function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="divide-y divide-line text-sm">
      {facts.map(([name, value]) => (
        <div key={name} className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-0.5 py-2.5 first:pt-0 last:pb-0">
          <dt className="text-muted">{name}</dt>
          <dd className="min-w-0 font-medium break-words sm:text-right">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Parts({ whole: { readiness: it, storage, database } }: { whole: Whole }) {
  const { speech_to_text: hears, text_to_speech: speaks, judge, language_model: model } = it;
  const facts = [
    [t.part.speech_to_text, [named(hears.engine), hears.basic_accuracy && t.basic].filter(Boolean).join(", ")],
    [t.part.text_to_speech, named(typeof speaks === "string" ? speaks : speaks.engine)],
    [t.part.judge, named(typeof judge === "string" ? judge : judge.engine)],
    [t.part.language_model, typeof model === "string" ? named(model) : `${model.model}, ${t.judges(model.answers, model.failed)}`],
    [t.part.embedding, named(it.embedding)],
    [t.part.video_analysis, named(it.video_analysis)],
    [t.part.database, `${database.version}, ${t.databaseSize(bytes(database.size_bytes))}`],
    [t.part.storage, `${t.storageKinds[storage.kind]}, ${t.stored(storage.recordings, bytes(storage.size_bytes))}`],
    [t.part.rate_limits, named(it.rate_limits)],
    [t.part.live_interviews, it.live_interviews],
    [t.part.questions, it.questions],
  ] as const;
  return (
    <Card>
      <Heading aside={<Badge tone={TONES[it.status]}>{t.states[it.status]}</Badge>}>{t.parts}</Heading>
      <Facts facts={facts} />
    </Card>
  );
}

function Room({ whole: { disks } }: { whole: Whole }) {
  return (
    <Card>
      <Heading>{t.room}</Heading>
      <ul className="flex flex-col gap-5">
        {disks.map((disk) => (
          <li key={disk.folder} className="flex flex-col gap-1.5">
            <div className="flex items-baseline justify-between gap-3 text-sm">
              <span>{t.folders[disk.folder]}</span>
              <span className="tabular text-muted">{t.free(bytes(disk.free_bytes), bytes(disk.total_bytes))}</span>
            </div>
            <div aria-hidden className="h-2 overflow-hidden rounded-full bg-sunken">
              <div className="h-full rounded-full bg-primary" style={{ width: `${100 - (disk.free_bytes / disk.total_bytes) * 100}%` }} />
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Queue({ queue }: { queue: Whole["queue"] }) {
  const busy = queue.filter(({ waiting, running, failed }) => waiting + running + failed > 0);
  return (
    <Card>
      <Heading>{t.queue}</Heading>
      {busy.length === 0 ? (
        <p className="text-muted">{t.idle}</p>
      ) : (
        <table className="w-full text-left text-sm">
          <thead className="text-muted">
            <tr>
              <th scope="col" className="pb-2 font-medium">
                {t.queueColumns.kind}
              </th>
              {(["waiting", "running", "failed"] as const).map((column) => (
                <th key={column} scope="col" className="pb-2 pl-3 text-right font-medium">
                  {t.queueColumns[column]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {busy.map((one) => (
              <tr key={one.kind}>
                <th scope="row" className="py-2 font-normal">
                  {JOBS[one.kind] ?? administration.audit.other}
                </th>
                {([one.waiting, one.running, one.failed] as const).map((number, place) => (
                  <td key={place} className="tabular py-2 pl-3 text-right">
                    {number}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

function Failed() {
  const cache = useQueryClient();
  const [page, setPage] = useState(1);
  const found = useQuery(failedJobs(page));
  const retry = useMutation({
    mutationFn: (id: string) => data(client.POST("/api/v1/jobs/{job_id}/retry", { params: { path: { job_id: id } } })),
    onSuccess: async () => {
      toast(t.retried);
      await Promise.all([cache.invalidateQueries({ queryKey: ["jobs"] }), cache.invalidateQueries({ queryKey: system.queryKey })]);
    },
    onError: (error) => toast(messageOf(error), "error"),
  });
  return (
    <Await query={found} lines={3}>
      {({ jobs, pagination }) => (
        <Card flush>
          <div className="p-5 sm:p-6">
            <Heading flush>{t.failed}</Heading>
            <p className="mt-1 text-sm text-muted">{jobs.length === 0 ? t.noneFailed : t.failedText}</p>
          </div>
          <ul className="divide-y divide-line">
            {jobs.map((job) => (
              <li key={job.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-5 py-3 first:border-t first:border-line sm:px-6">
                <div className="min-w-0 flex-1 basis-64">
                  <p className="font-medium">{t.jobs[job.kind]}</p>
                  <p className="text-sm break-words text-muted">{[job.reason, t.attempts(job.attempts), ago(job.finished_at ?? job.created_at)].filter(Boolean).join(" · ")}</p>
                </div>
                <Button variant="outline" busy={retry.isPending && retry.variables === job.id} aria-label={t.retryOf(t.jobs[job.kind])} onClick={() => retry.mutate(job.id)}>
                  <RotateCcw aria-hidden className="size-4" />
                  {t.retry}
                </Button>
              </li>
            ))}
          </ul>
          <Pager pagination={pagination} onPage={setPage} />
        </Card>
      )}
    </Await>
  );
}

function Models({ models }: { models: Whole["models"] }) {
  return (
    <Card>
      <Heading>{t.models}</Heading>
      <ul className="divide-y divide-line text-sm">
        {models.map((model) => {
          const Icon = model.present ? CircleCheck : CircleDashed;
          return (
            <li key={model.name} className="flex items-start gap-3 py-2.5 first:pt-0 last:pb-0">
              <Icon aria-hidden className={model.present ? "mt-0.5 size-4 shrink-0 text-voice" : "mt-0.5 size-4 shrink-0 text-muted"} />
              <div className="min-w-0 flex-1">
                <p className="font-medium">{model.name}</p>
                <p className="text-muted">{model.what}</p>
              </div>
              <span className="shrink-0 text-right text-muted">
                <span className="block">{model.present ? t.there : t.missing}</span>
                <span className="tabular block">{bytes(model.size_bytes)}</span>
              </span>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
