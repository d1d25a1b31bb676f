import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { client, data, type Schemas } from "@/api/client";
import { session } from "@/api/session";
import { Button } from "@/components/button";
import { TextArea } from "@/components/field";
import { Card, Heading } from "@/components/page";
import { messageOf } from "@/components/states";
import { toast } from "@/components/toast";
import { useDeletion } from "@/components/use_deletion";
import { ago } from "@/lib/format";
import { conducted as text } from "@/text";
import { conducted as queries } from "./queries";
import { useLeaveGuard } from "./use_leave_guard";

type Note = Schemas["NoteOut"];
const t = text.one;
const LONGEST = 5000;

/** What those who conduct an interview wrote about it. Its author changes a note; they or an administrator delete it. */
export function Notes({ sessionId, notes }: { sessionId: string; notes: readonly Note[] }) {
  const cache = useQueryClient();
  const { data: user } = useQuery(session);
  const [draft, setDraft] = useState("");
  const changed = () => cache.invalidateQueries({ queryKey: queries.one(sessionId).queryKey });
  const add = useMutation({
    mutationFn: () => data(client.POST("/api/v1/admin/sessions/{session_id}/notes", { params: { path: { session_id: sessionId } }, body: { text: draft } })),
    onSuccess: async () => {
      setDraft("");
      await changed();
    },
    onError: (error) => toast(messageOf(error), "error"),
  });
  const [hidden, remove] = useDeletion<Note>({
    told: () => t.noteDeleted,
    remove: ({ id }) => client.DELETE("/api/v1/admin/sessions/{session_id}/notes/{note_id}", { params: { path: { session_id: sessionId, note_id: id } } }),
    after: changed,
  });
  const guard = useLeaveGuard(draft.trim() !== "", t.noteGuard);
  const shown = notes.filter((one) => !hidden.has(one.id));
  return (
    <Card>
      <Heading>{t.notes}</Heading>
      {shown.length === 0 && <p className="text-muted">{t.noNotes}</p>}
      <ul className="flex flex-col divide-y divide-line">
        {shown.map((note) => {
          const own = note.author_id === user?.id;
          return <NoteItem key={note.id} sessionId={sessionId} note={note} own={own} onDelete={own || user?.role === "admin" ? () => remove(note) : undefined} onChanged={changed} />;
        })}
      </ul>
      <form
        className="mt-5 flex flex-col gap-3 border-t border-line pt-5"
        onSubmit={(event) => {
          event.preventDefault();
          if (draft.trim()) add.mutate();
        }}
      >
        <TextArea label={t.note} hint={t.notesHint} placeholder={t.notePlaceholder} rows={3} maxLength={LONGEST} value={draft} onChange={(event) => setDraft(event.target.value)} />
        <Button type="submit" variant="outline" className="self-start" busy={add.isPending} disabled={!draft.trim()}>
          {t.addNote}
        </Button>
      </form>
      {guard.dialog}
    </Card>
  );
}

function NoteItem({ sessionId, note, own, onDelete, onChanged }: { sessionId: string; note: Note; own: boolean; onDelete?: () => void; onChanged: () => Promise<unknown> }) {
  const [draft, setDraft] = useState<string | null>(null);
  const save = useMutation({
    mutationFn: (changed: string) =>
      data(client.PUT("/api/v1/admin/sessions/{session_id}/notes/{note_id}", { params: { path: { session_id: sessionId, note_id: note.id } }, body: { text: changed } })),
    onSuccess: async () => {
      await onChanged();
      setDraft(null);
    },
    onError: (error) => toast(messageOf(error), "error"),
  });
  const guard = useLeaveGuard(draft !== null && draft !== note.text, t.noteGuard);
  const short = note.text.slice(0, 40);
  return (
    <li className="flex items-start gap-2 py-3 first:pt-0">
      {draft === null ? (
        <>
          <div className="min-w-0 flex-1">
            <p className="break-words whitespace-pre-line">{note.text}</p>
            <p className="mt-1 text-sm text-muted">
              {[note.author ?? t.gone, ago(note.created_at), note.updated_at !== note.created_at && t.edited].filter(Boolean).join(" · ")}
            </p>
          </div>
          {own && (
            <Button variant="ghost" size="icon" aria-label={t.editNoteOf(short)} title={t.editNote} onClick={() => setDraft(note.text)}>
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
        <div className="flex flex-1 flex-col gap-3">
          <TextArea label={t.noteText} rows={3} maxLength={LONGEST} value={draft} autoFocus onChange={(event) => setDraft(event.target.value)} />
          <div className="flex gap-3">
            <Button busy={save.isPending} disabled={!draft.trim()} onClick={() => save.mutate(draft)}>
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
