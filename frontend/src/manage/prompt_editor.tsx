import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { client, data } from "@/api/client";
import { session } from "@/api/session";
import { BackLink } from "@/components/back_link";
import { Button } from "@/components/button";
import { Choice, TextArea, TextField } from "@/components/field";
import { Badge, Card, Heading, Note, Page } from "@/components/page";
import { messageOf } from "@/components/states";
import { toast } from "@/components/toast";
import { useFirstProblem } from "@/lib/form";
import { prompts } from "@/text";
import { type Prompt, prompts as query } from "./queries";
import { TextDiff } from "./text_diff";
import { useLeaveGuard } from "./use_leave_guard";

const t = prompts.edit;
const SLOTS = ["{question}", "{transcript}"] as const;
const LONGEST = 4000;

/** A prompt while it is written, beside what it was, and what would come of it. `standard` is the default one. */
export function PromptEditor({ prompt, standard }: { prompt: Prompt | null; standard: Prompt | null }) {
  const cache = useQueryClient();
  const router = useRouter();
  const { data: user } = useQuery(session);
  const editable = user?.role === "admin";
  const saved = { name: prompt?.name ?? "", description: prompt?.description ?? "", text: prompt?.text ?? "" };
  const [draft, setDraft] = useState(saved);
  const [attempts, setAttempts] = useState(0);
  useFirstProblem(attempts);
  const isDirty = draft.name !== saved.name || draft.description !== saved.description || draft.text !== saved.text;
  const guard = useLeaveGuard(isDirty, t);
  const trialId = (prompt ?? standard)?.id;
  const missing = SLOTS.filter((slot) => !draft.text.includes(slot));
  const save = useMutation({
    mutationFn: () =>
      prompt
        ? data(client.PUT("/api/v1/admin/prompts/{prompt_id}", { params: { path: { prompt_id: prompt.id } }, body: draft }))
        : data(client.POST("/api/v1/admin/prompts", { body: { ...draft, is_default: false } })),
    onSuccess: async (kept) => {
      setDraft({ name: kept.name, description: kept.description, text: kept.text });
      await cache.invalidateQueries({ queryKey: query.queryKey });
      toast(t.saved);
      if (prompt) return;
      guard.leave();
      await router.navigate({ to: "/manage/prompts/$id", params: { id: kept.id }, replace: true });
    },
  });
  const submit = () => {
    setAttempts(attempts + 1);
    if (draft.name.trim() && draft.text.trim()) save.mutate();
  };
  return (
    <Page
      title={saved.name || t.newTitle}
      width="max-w-3xl"
      back={<BackLink to="/manage/prompts">{t.back}</BackLink>}
      lead={!editable ? prompts.list.readOnly : prompt?.is_default && <Badge tone="voice">{prompts.list.active}</Badge>}
    >
      <Card className="flex flex-col gap-5">
        <TextField label={t.name} value={draft.name} maxLength={200} readOnly={!editable} error={attempts > 0 && !draft.name.trim() ? t.nameMissing : undefined} onChange={(event) => setDraft({ ...draft, name: event.target.value })} />
        <TextField label={t.description} optional value={draft.description} maxLength={2000} readOnly={!editable} onChange={(event) => setDraft({ ...draft, description: event.target.value })} />
        <TextArea label={t.text} hint={t.textHint} rows={12} maxLength={LONGEST} value={draft.text} readOnly={!editable} error={attempts > 0 && !draft.text.trim() ? t.textMissing : undefined} onChange={(event) => setDraft({ ...draft, text: event.target.value })} />
        {draft.text.trim() && missing.length > 0 && <Note tone="caution">{t.missing(missing.join(", "))}</Note>}
        {save.isError && (
          <div role="alert">
            <Note tone="rec">{messageOf(save.error)}</Note>
          </div>
        )}
        {editable && (
          <div className="flex flex-wrap items-center gap-3">
            <Button busy={save.isPending} disabled={!isDirty} onClick={submit}>
              {t.save}
            </Button>
            <span aria-live="polite" className="text-sm text-muted">
              {isDirty && t.unsaved}
            </span>
          </div>
        )}
      </Card>
      {prompt && <Changes text={draft.text} saved={saved.text} standard={prompt.is_default ? null : standard} />}
      {trialId && <Trial id={trialId} text={draft.text} isSaved={draft.text === saved.text} />}
      {guard.dialog}
    </Page>
  );
}

function Changes({ text, saved, standard }: { text: string; saved: string; standard: Prompt | null }) {
  const [against, setAgainst] = useState<"saved" | "standard">("saved");
  const before = against === "standard" && standard ? standard.text : saved;
  return (
    <Card>
      <Heading>{t.changes}</Heading>
      {standard && (
        <Choice
          label={t.against}
          className="mb-4"
          value={against}
          onChange={setAgainst}
          options={[
            ["saved", t.withSaved],
            ["standard", t.withDefault(standard.name)],
          ]}
        />
      )}
      {before === text ? <p className="text-muted">{t.same}</p> : <TextDiff before={before} after={text} />}
    </Card>
  );
}

/** Fills the text of the editor in with a question and an answer, and shows the hint that a candidate would get. `id` is that of the prompt; a new one has none and is tried under that of the default. */
function Trial({ id, text, isSaved }: { id: string; text: string; isSaved: boolean }) {
  const [question, setQuestion] = useState(t.sampleQuestion);
  const [transcript, setTranscript] = useState(t.sampleTranscript);
  const run = useMutation({
    mutationFn: () =>
      data(
        client.POST("/api/v1/admin/prompts/{prompt_id}/preview", {
          params: { path: { prompt_id: id } },
          body: { question, transcript, ...(isSaved ? {} : { text }), expected_points: [], hints: [] },
        }),
      ),
  });
  return (
    <Card className="flex flex-col gap-5">
      <Heading flush aside={t.tryHint}>
        {t.try}
      </Heading>
      <TextArea label={t.question} rows={2} maxLength={2000} value={question} onChange={(event) => setQuestion(event.target.value)} />
      <TextArea label={t.transcript} optional rows={3} value={transcript} onChange={(event) => setTranscript(event.target.value)} />
      <div className="flex flex-wrap items-center gap-3">
        <Button variant="outline" busy={run.isPending} disabled={!question.trim() || !text.trim()} onClick={() => run.mutate()}>
          {t.run}
        </Button>
        {!text.trim() && <span className="text-sm text-muted">{t.tryWrite}</span>}
      </div>
      {run.isError && (
        <div role="alert">
          <Note tone="rec">{messageOf(run.error)}</Note>
        </div>
      )}
      {run.data && (
        <div aria-live="polite" className="flex flex-col gap-5">
          <section>
            <h3 className="mb-2 text-sm font-semibold">{t.hint}</h3>
            <p>{run.data.hint}</p>
            <p className="mt-1 text-sm text-muted">{run.data.engine === "llm" ? t.byModel : [t.builtIn, ...run.data.problems].join(" ")}</p>
          </section>
          <section>
            <h3 className="mb-2 text-sm font-semibold">{t.rendered}</h3>
            <p className="rounded-card bg-sunken p-4 text-sm leading-6 break-words whitespace-pre-wrap">{run.data.rendered}</p>
          </section>
        </div>
      )}
    </Card>
  );
}
