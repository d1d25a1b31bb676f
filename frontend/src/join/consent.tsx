import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "@/api/client";
import { agree, type Entered, leave } from "@/api/entry";
import { Button } from "@/components/button";
import { Card, Note } from "@/components/page";
import { messageOf } from "@/components/states";
import { join, room } from "@/text";

const t = join.consent;
/** Names the text below; a text that says something else gets another name. */
const WORDING = "page-3";
type Purpose = Schemas["Purpose"];

/** What is recorded, who gets it and for how long, before anything is. */
export function Consent({ interview }: { interview: Entered }) {
  const queries = useQueryClient();
  const { session, candidate_name: name } = interview;
  const [films, setFilms] = useState(false);
  const give = useMutation({ mutationFn: (purposes: Purpose[]) => agree(queries, session.id, purposes, WORDING) });
  const other = useMutation({ mutationFn: () => leave(queries) });
  const spoken: Purpose[] = films ? ["recording", "sharing", "video_analysis"] : ["recording", "sharing"];
  const points = [...t.points, [t.keeping, t.kept(interview.recordings_days, interview.transcripts_days)] as const];
  return (
    <Card className="w-full max-w-xl sm:p-8">
      <p className="text-sm text-muted">{join.interview(session.title, room.check.questions(session.question_count))}</p>
      <h1 className="mt-1 text-xl font-semibold">{join.welcome(name)}</h1>
      <dl className="mt-6 flex flex-col gap-4">
        {points.map(([title, text]) => (
          <div key={title}>
            <dt className="font-medium">{title}</dt>
            <dd className="mt-0.5 text-muted">{text}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-4 text-muted">{t.place}</p>
      {interview.looks_at_films && (
        <label className="mt-5 flex items-start gap-3 rounded-control border border-line p-4">
          <input type="checkbox" checked={films} onChange={(event) => setFilms(event.target.checked)} className="mt-0.5 size-5 shrink-0 accent-primary" />
          <span className="text-sm">
            {t.films} <span className="text-muted">{t.filmsHint}</span>
          </span>
        </label>
      )}
      {give.isError && (
        <div role="alert" className="mt-5">
          <Note tone="rec">{messageOf(give.error)}</Note>
        </div>
      )}
      <div className="mt-6 flex flex-wrap gap-3">
        <Button size="lg" busy={give.isPending} onClick={() => give.mutate(spoken)}>
          {t.agree}
        </Button>
        <Button size="lg" variant="outline" disabled={give.isPending} onClick={() => give.mutate(["sharing"])}>
          {t.write}
        </Button>
      </div>
      <p className="mt-4 text-sm text-muted">{t.writeHint}</p>
      <Button variant="ghost" size="sm" className="mt-2 -ml-3 min-h-11" onClick={() => other.mutate()}>
        {t.someoneElse}
      </Button>
    </Card>
  );
}
