import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { Eye, FileUp, Library, ListPlus, Plus } from "lucide-react";
import { useState } from "react";
import { ApiError, client, data } from "@/api/client";
import { session } from "@/api/session";
import { BackLink } from "@/components/back_link";
import { Button } from "@/components/button";
import { Switch, TextArea, TextField } from "@/components/field";
import { Card, Heading, Note, Page } from "@/components/page";
import { Empty, messageOf } from "@/components/states";
import { toast, toastWithUndo } from "@/components/toast";
import { cn } from "@/lib/cn";
import { useFirstProblem } from "@/lib/form";
import { minutes } from "@/lib/format";
import { sets } from "@/text";
import { Activation } from "./activation";
import { BankDialog } from "./bank_dialog";
import { bodyOf, type Draft, draftOf, type DraftQuestion, isSame, LONGEST, LONGEST_NAME, minutesOf, MOST_QUESTIONS, moved, question, SHORTEST } from "./draft";
import { ImportDialog } from "./import_dialog";
import { PreviewDialog } from "./preview_dialog";
import { type Problems, QuestionList } from "./question_list";
import { sets as queries } from "./queries";
import { useLeaveGuard } from "./use_leave_guard";

const t = sets.edit;

/** A question set while it is written. `id` is null for a new one; what is not saved is asked about before it is left. */
export function SetEditor({ id, saved: first }: { id: string | null; saved: Draft }) {
  const cache = useQueryClient();
  const router = useRouter();
  const [saved, setSaved] = useState(first);
  const [draft, setDraft] = useState(first);
  const [open, setOpen] = useState<string | null>(null);
  const [dialog, setDialog] = useState<"bank" | "file" | "preview" | null>(null);
  const [attempts, setAttempts] = useState(0);
  const [activate, setActivate] = useState(false);
  const { data: user } = useQuery(session);
  const isAdmin = user?.role === "admin";
  const isDirty = !isSame(draft, saved);
  const problems = attempts > 0 ? problemsOf(draft) : { questions: {} };
  const setQuestions = (change: (questions: readonly DraftQuestion[]) => readonly DraftQuestion[]) => setDraft((old) => ({ ...old, questions: change(old.questions) }));
  const guard = useLeaveGuard(isDirty, t);

  const save = useMutation({
    mutationFn: () => {
      const body = bodyOf(draft);
      return id === null ? data(client.POST("/api/v1/admin/question-sets", { body: { ...body, ...(isAdmin && { activate }) } })) : data(client.PUT("/api/v1/admin/question-sets/{set_id}", { params: { path: { set_id: id } }, body }));
    },
    onSuccess: async (set) => {
      cache.setQueryData(queries.one(set.id).queryKey, set);
      void cache.invalidateQueries({ queryKey: queries.all.queryKey, exact: true });
      toast(t.saved);
      if (id === null) {
        guard.leave();
        await router.navigate({ to: "/manage/sets/$id", params: { id: set.id }, replace: true });
        return;
      }
      const kept = draftOf(set);
      setSaved(kept);
      setDraft(kept);
      setOpen(null);
      setAttempts(0);
    },
  });
  const submit = () => {
    setAttempts(attempts + 1);
    const found = problemsOf(draft);
    if (found.name || found.whole || Object.keys(found.questions).length > 0) {
      const [wrong] = Object.keys(found.questions);
      if (wrong) setOpen(wrong);
      return;
    }
    save.mutate();
  };
  const rename = (name: string) => {
    if (taken) save.reset();
    setDraft((old) => ({ ...old, name }));
  };
  const add = (more: readonly DraftQuestion[]) => setQuestions((all) => [...all, ...more]);
  const write = () => {
    const fresh = question();
    add([fresh]);
    setOpen(fresh.key);
  };
  const remove = (place: number) => {
    const gone = draft.questions[place];
    if (!gone) return;
    setQuestions((all) => all.filter((one) => one.key !== gone.key));
    toastWithUndo(t.removed, { commit: () => undefined, undo: () => setQuestions((all) => [...all.slice(0, place), gone, ...all.slice(place)]) });
  };
  const isTooLong = draft.questions.length >= MOST_QUESTIONS;
  const taken = save.error instanceof ApiError && save.error.type === "question_set_name_taken" ? save.error.message : undefined;
  useFirstProblem(attempts);
  useFirstProblem(taken);
  const told = save.isError && !taken ? (save.error instanceof ApiError && Object.values(save.error.fields)[0]) || messageOf(save.error) : problems.whole ?? (Object.keys(problems.questions).length > 0 || problems.name || taken ? t.problems.some : undefined);

  return (
    <Page title={saved.name || t.newTitle} width="max-w-3xl" back={<BackLink to="/manage/sets">{t.back}</BackLink>}>
      <Card className="flex flex-col gap-5">
        <TextField label={t.name} placeholder={t.namePlaceholder} value={draft.name} maxLength={LONGEST_NAME} error={problems.name ?? taken} onChange={(event) => rename(event.target.value)} />
        <TextArea label={t.description} optional hint={t.descriptionHint} rows={2} maxLength={2000} value={draft.description} onChange={(event) => setDraft({ ...draft, description: event.target.value })} />
        {id === null && isAdmin && <Switch label={t.active.whenSaved} hint={t.active.whenSavedHint} checked={activate} onChange={setActivate} />}
      </Card>
      {id !== null && <Activation id={id} mayActivate={isAdmin} />}
      <section className="flex flex-col gap-4">
        <Heading flush aside={draft.questions.length > 0 && t.total(draft.questions.length, minutes(minutesOf(draft.questions)))}>
          {t.questions}
        </Heading>
        <div className="flex flex-wrap gap-3">
          <Button variant="outline" disabled={isTooLong} onClick={write}>
            <Plus aria-hidden className="size-4" />
            {t.add}
          </Button>
          <Button variant="outline" disabled={isTooLong} onClick={() => setDialog("bank")}>
            <Library aria-hidden className="size-4" />
            {t.fromBank}
          </Button>
          <Button variant="outline" disabled={isTooLong} onClick={() => setDialog("file")}>
            <FileUp aria-hidden className="size-4" />
            {t.fromFile}
          </Button>
        </div>
        {draft.questions.length === 0 ? (
          <Card>
            <Empty icon={ListPlus} title={t.empty} text={t.emptyText} />
          </Card>
        ) : (
          <QuestionList
            questions={draft.questions}
            open={open}
            onOpen={setOpen}
            problems={problems.questions}
            onMove={(from, to) => setQuestions((all) => moved(all, from, to))}
            onChange={(key, change) => setQuestions((all) => all.map((one) => (one.key === key ? { ...one, ...change } : one)))}
            onRemove={remove}
          />
        )}
      </section>
      <div className={cn("-mx-4 flex flex-col gap-3 border-t border-line bg-bg px-4 py-4 sm:mx-0 sm:px-0", (isDirty || told) && "sticky bottom-16 z-30 sm:bottom-0")}>
        {told && (
          <div role="alert">
            <Note tone="rec">{told}</Note>
          </div>
        )}
        <div className="flex flex-wrap items-center gap-3">
          <Button busy={save.isPending} disabled={id !== null && !isDirty} onClick={submit}>
            {t.save}
          </Button>
          <Button variant="outline" disabled={draft.questions.length === 0} onClick={() => setDialog("preview")}>
            <Eye aria-hidden className="size-4" />
            {t.preview}
          </Button>
          <span aria-live="polite" className="text-sm text-muted">
            {isDirty ? t.unsaved : id !== null && t.nothingToSave}
          </span>
        </div>
      </div>
      <BankDialog
        open={dialog === "bank"}
        onClose={() => setDialog(null)}
        there={new Set(draft.questions.map((one) => one.text))}
        onAdd={(chosen) => {
          add(chosen.map(({ skills: _, ...one }) => question(one)));
          setDialog(null);
          toast(sets.bank.added(chosen.length));
        }}
      />
      <ImportDialog
        open={dialog === "file"}
        onClose={() => setDialog(null)}
        onAdd={({ name, description, questions }) => {
          setDraft((old) => ({ name: old.name || name, description: old.description || description, questions: [...old.questions, ...questions] }));
          setDialog(null);
        }}
      />
      <PreviewDialog open={dialog === "preview"} onClose={() => setDialog(null)} questions={draft.questions.filter((one) => one.text.trim())} />
      {guard.dialog}
    </Page>
  );
}

/** What is to be mended before the server would take the set. */
function problemsOf({ name, questions }: Draft): { name?: string; whole?: string; questions: Problems } {
  const whole = questions.length === 0 ? t.problems.none : questions.length > MOST_QUESTIONS ? t.problems.many(MOST_QUESTIONS) : undefined;
  const wrong: Record<string, { text?: string; time_limit?: string }> = {};
  for (const { key, text, time_limit: limit } of questions) {
    const isTime = Number.isInteger(limit) && limit >= SHORTEST && limit <= LONGEST;
    if (text.trim() && isTime) continue;
    wrong[key] = { text: text.trim() ? undefined : t.problems.text, time_limit: isTime ? undefined : t.problems.time(SHORTEST, LONGEST) };
  }
  return { name: name.trim() ? undefined : t.problems.name, whole, questions: wrong };
}
