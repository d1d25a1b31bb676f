import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { client, data, type Schemas } from "@/api/client";
import { session } from "@/api/session";
import { Button } from "@/components/button";
import { Choice, TextArea } from "@/components/field";
import { Badge } from "@/components/page";
import { messageOf } from "@/components/states";
import { toast } from "@/components/toast";
import { useDeletion } from "@/components/use_deletion";
import { cn } from "@/lib/cn";
import { ago } from "@/lib/format";
import { conducted as text } from "@/text";
import { conducted as queries } from "./queries";
import { useLeaveGuard } from "./use_leave_guard";

type Note = Schemas["NoteOut"];
const t = text.one;
const LONGEST = 5000;

/** What those who conduct an interview wrote about it and how they rate it; with a `question`, about that answer alone.
 * Its author changes a note; they or an administrator delete it. */
export function Notes({ sessionId, notes, question, numbers }: { sessionId: string; notes: readonly Note[]; question?: string; numbers?: ReadonlyMap<string, number> }) {
  const cache = useQueryClient();
  const { data: user } = useQuery(session);
  const [draft, setDraft] = useState("");
  const [rating, setRating] = useState<Rating>("");
  const changed = () => cache.invalidateQueries({ queryKey: queries.all });
  const add = useMutation({
    mutationFn: () => data(client.POST("/api/v1/admin/sessions/{session_id}/notes", { params: { path: { session_id: sessionId } }, body: { text: draft, rating: rating ? Number(rating) : null, question_id: question ?? null } })),
    onSuccess: async () => {
      setDraft("");
      setRating("");
      await changed();
    },
    onError: (error) => toast(messageOf(error), "error"),
  });
  const [hidden, remove] = useDeletion<Note>({
    told: () => t.noteDeleted,
    remove: ({ id }) => client.DELETE("/api/v1/admin/sessions/{session_id}/notes/{note_id}", { params: { path: { session_id: sessionId, note_id: id } } }),
    after: changed,
  });
  const guard = useLeaveGuard(draft.trim() !== "" || rating !== "", t.noteGuard);
  const shown = notes.filter((one) => !hidden.has(one.id));
  return (
    <>
      {shown.length === 0 && !question && <p className="text-muted">{t.noNotes}</p>}
      <ul className="flex flex-col divide-y divide-line">
        {shown.map((note) => {
          const own = note.author_id === user?.id;
          return <NoteItem key={note.id} about={note.question_id ? numbers?.get(note.question_id) : undefined} sessionId={sessionId} note={note} own={own} onDelete={own || user?.role === "admin" ? () => remove(note) : undefined} onChanged={changed} />;
        })}
      </ul>
      <form
        className={cn("flex flex-col gap-4", (shown.length > 0 || !question) && "mt-5 border-t border-line pt-5")}
        onSubmit={(event) => {
          event.preventDefault();
          if (draft.trim() || rating) add.mutate();
        }}
      >
        <RatingChoice value={rating} onChange={setRating} />
        <TextArea label={t.note} optional={rating !== ""} hint={question ? undefined : t.notesHint} placeholder={t.notePlaceholder} rows={question ? 2 : 3} maxLength={LONGEST} value={draft} onChange={(event) => setDraft(event.target.value)} />
        <Button type="submit" variant="outline" className="self-start" busy={add.isPending} disabled={!draft.trim() && !rating}>
          {draft.trim() || !rating ? t.addNote : t.addRating}
        </Button>
      </form>
      {guard.dialog}
    </>
  );
}

type Rating = "" | "1" | "2" | "3" | "4" | "5";

function RatingChoice({ value, onChange }: { value: Rating; onChange: (rating: Rating) => void }) {
  return (
    <div>
      <Choice label={t.yourRating} value={value} onChange={onChange} options={[["", t.noRating], ["1", "1"], ["2", "2"], ["3", "3"], ["4", "4"], ["5", "5"]]} />
      <p className="mt-2 text-sm text-muted">{t.ratingHint}</p>
    </div>
  );
}

/** `about` is the number of the question whose answer it is about. */
function NoteItem({ sessionId, note, about, own, onDelete, onChanged }: { sessionId: string; note: Note; about?: number; own: boolean; onDelete?: () => void; onChanged: () => Promise<unknown> }) {
  const [draft, setDraft] = useState<string | null>(null);
  const [rating, setRating] = useState<Rating>("");
  const save = useMutation({
    mutationFn: (changed: string) =>
      data(client.PUT("/api/v1/admin/sessions/{session_id}/notes/{note_id}", { params: { path: { session_id: sessionId, note_id: note.id } }, body: { text: changed, rating: rating ? Number(rating) : null } })),
    onSuccess: async () => {
      await onChanged();
      setDraft(null);
    },
    onError: (error) => toast(messageOf(error), "error"),
  });
  const guard = useLeaveGuard(draft !== null && draft !== note.text, t.noteGuard);
  const short = note.text.slice(0, 40) || (note.rating !== null ? t.rated(note.rating) : "");
  const edit = () => {
    setDraft(note.text);
    setRating(note.rating === null ? "" : (String(note.rating) as Rating));
  };
  return (
    <li className="flex items-start gap-2 py-3 first:pt-0">
      {draft === null ? (
        <>
          <div className="min-w-0 flex-1">
            {(note.rating !== null || about !== undefined) && (
              <p className="mb-1 flex flex-wrap gap-2">
                {note.rating !== null && <Badge tone="primary">{t.rated(note.rating)}</Badge>}
                {about !== undefined && <Badge>{t.onAnswer(about)}</Badge>}
              </p>
            )}
            {note.text && <p className="break-words whitespace-pre-line">{note.text}</p>}
            <p className="mt-1 text-sm text-muted">
              {[note.author ?? t.gone, ago(note.created_at), note.updated_at !== note.created_at && t.edited].filter(Boolean).join(" · ")}
            </p>
          </div>
          {own && (
            <Button variant="ghost" size="icon" aria-label={t.editNoteOf(short)} title={t.editNote} onClick={edit}>
              <Pencil aria-hidden className="size-4" />
            </Button>
          )}
          {onDelete && (
            <Button variant="ghost" size="icon" aria-label={t.deleteNoteOf(short)} title={t.deleteNote} onClick={onDelete}>
              <Trash2 aria-hidden className="size-4" />
            </Button>
          )}
        </>
      ) : (
        <div className="flex flex-1 flex-col gap-4">
          <RatingChoice value={rating} onChange={setRating} />
          <TextArea label={t.noteText} rows={3} maxLength={LONGEST} value={draft} autoFocus onChange={(event) => setDraft(event.target.value)} />
          <div className="flex gap-3">
            <Button busy={save.isPending} disabled={!draft.trim() && !rating} onClick={() => save.mutate(draft)}>
              {t.saveNote}
            </Button>
            <Button variant="ghost" onClick={() => setDraft(null)}>
              {t.cancelNote}
            </Button>
          </div>
          {guard.dialog}
        </div>
      )}
    </li>
  );
}
