import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";
import { ListPlus, Plus } from "lucide-react";
import { useState } from "react";
import { client, data } from "@/api/client";
import { session } from "@/api/session";
import { ButtonLink } from "@/components/button";
import { Confirm } from "@/components/dialog";
import { Card, Note, Page } from "@/components/page";
import { Await, Empty, messageOf } from "@/components/states";
import { toast } from "@/components/toast";
import { ago, minutes } from "@/lib/format";
import { bodyOf, copyName, draftOf, minutesOf } from "@/manage/draft";
import { KeptCard } from "@/manage/kept_card";
import { type QuestionSet, sets as queries } from "@/manage/queries";
import { sets } from "@/text";

export const Route = createFileRoute("/_app/manage/sets/")({ component: Sets });
const t = sets.list;

function Sets() {
  const found = useQuery(queries.all);
  const [doomed, setDoomed] = useState<QuestionSet | null>(null);
  const { data: user } = useQuery(session);
  const create = (
    <ButtonLink to="/manage/sets/$id" params={{ id: "new" }}>
      <Plus aria-hidden className="size-4" />
      {t.create}
    </ButtonLink>
  );
  return (
    <Page title={t.title} lead={t.lead} actions={create}>
      {user?.role === "recruiter" && <Note>{t.activeHint}</Note>}
      <Await query={found} lines={8}>
        {(all) =>
          all.length === 0 ? (
            <Card>
              <Empty icon={ListPlus} title={t.empty} text={t.emptyText}>
                {create}
              </Empty>
            </Card>
          ) : (
            <ul className="flex flex-col gap-4">
              {[...all].reverse().map((one) => (
                <li key={one.id}>
                  <SetCard set={one} names={all.map(({ name }) => name)} onDelete={() => setDoomed(one)} />
                </li>
              ))}
            </ul>
          )
        }
      </Await>
      <Deletion set={doomed} onClose={() => setDoomed(null)} />
    </Page>
  );
}

function SetCard({ set, names, onDelete }: { set: QuestionSet; names: readonly string[]; onDelete: () => void }) {
  const cache = useQueryClient();
  const { data: user } = useQuery(session);
  const changed = () => cache.invalidateQueries({ queryKey: queries.all.queryKey });
  const onError = (error: Error) => toast(messageOf(error), "error");
  const activate = useMutation({
    mutationFn: () => data(client.POST("/api/v1/admin/question-sets/{set_id}/activate", { params: { path: { set_id: set.id } } })),
    onSuccess: async () => {
      await changed();
      toast(t.activated(set.name));
    },
    onError,
  });
  const duplicate = useMutation({
    mutationFn: () => {
      const draft = draftOf(set);
      const copies = draft.questions.map((one) => ({ ...one, id: null }));
      return data(client.POST("/api/v1/admin/question-sets", { body: { ...bodyOf({ ...draft, name: copyName(set.name, names), questions: copies }), ...(user?.role === "admin" && { activate: false }) } }));
    },
    onSuccess: async ({ name }) => {
      await changed();
      toast(t.duplicated(name));
    },
    onError,
  });
  return (
    <KeptCard
      name={set.name}
      link={{ to: "/manage/sets/$id", params: { id: set.id } }}
      active={set.is_active}
      about={set.description}
      facts={`${t.summary(set.questions.length, minutes(minutesOf(set.questions)))} · ${t.changed(ago(set.updated_at))}`}
      text={t}
      onActivate={user?.role === "admin" ? { run: () => activate.mutate(), busy: activate.isPending } : undefined}
      onDuplicate={{ run: () => duplicate.mutate(), busy: duplicate.isPending }}
      onDelete={onDelete}
    />
  );
}

function Deletion({ set, onClose }: { set: QuestionSet | null; onClose: () => void }) {
  const cache = useQueryClient();
  const remove = useMutation({
    mutationFn: (id: string) => client.DELETE("/api/v1/admin/question-sets/{set_id}", { params: { path: { set_id: id } } }),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: queries.all.queryKey });
      toast(t.deleted);
    },
    onError: (error) => toast(messageOf(error), "error"),
    onSettled: onClose,
  });
  return <Confirm open={set !== null} onClose={onClose} title={set ? t.deleteTitle(set.name) : ""} text={[set?.is_active && t.deleteActive, t.deleteText].filter(Boolean).join(" ")} action={t.deleteAction} danger busy={remove.isPending} onConfirm={() => set && remove.mutate(set.id)} />;
}
