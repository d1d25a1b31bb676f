import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";
import { MessageSquareText, Plus } from "lucide-react";
import { useState } from "react";
import { client, data } from "@/api/client";
import { session } from "@/api/session";
import { ButtonLink } from "@/components/button";
import { Confirm } from "@/components/dialog";
import { Card, Note, Page } from "@/components/page";
import { Await, Empty, messageOf } from "@/components/states";
import { toast } from "@/components/toast";
import { ago } from "@/lib/format";
import { KeptCard } from "@/manage/kept_card";
import { type Prompt, prompts as query, system } from "@/manage/queries";
import { prompts } from "@/text";

export const Route = createFileRoute("/_app/manage/prompts/")({ component: Prompts });
const t = prompts.list;

function Prompts() {
  const found = useQuery(query);
  const { data: user } = useQuery(session);
  const [doomed, setDoomed] = useState<Prompt | null>(null);
  const isAdmin = user?.role === "admin";
  const { data: server } = useQuery({ ...system, enabled: isAdmin });
  const create = isAdmin && (
    <ButtonLink to="/manage/prompts/$id" params={{ id: "new" }}>
      <Plus aria-hidden className="size-4" />
      {t.create}
    </ButtonLink>
  );
  return (
    <Page title={t.title} lead={t.lead} actions={create}>
      {!isAdmin && <Note>{t.readOnly}</Note>}
      {typeof server?.readiness.language_model === "string" && <Note tone="caution">{t.noModel}</Note>}
      <Await query={found} lines={8}>
        {(all) =>
          all.length === 0 ? (
            <Card>
              <Empty icon={MessageSquareText} title={t.empty} text={t.emptyText}>
                {create}
              </Empty>
            </Card>
          ) : (
            <ul className="flex flex-col gap-4">
              {all.map((one) => (
                <li key={one.id}>
                  <PromptCard prompt={one} editable={isAdmin} onDelete={all.length > 1 && !one.is_default ? () => setDoomed(one) : undefined} />
                </li>
              ))}
            </ul>
          )
        }
      </Await>
      <Deletion prompt={doomed} onClose={() => setDoomed(null)} />
    </Page>
  );
}

function PromptCard({ prompt, editable, onDelete }: { prompt: Prompt; editable: boolean; onDelete?: () => void }) {
  const cache = useQueryClient();
  const onError = (error: Error) => toast(messageOf(error), "error");
  const changed = () => cache.invalidateQueries({ queryKey: query.queryKey });
  const activate = useMutation({
    mutationFn: () => data(client.PUT("/api/v1/admin/prompts/{prompt_id}", { params: { path: { prompt_id: prompt.id } }, body: { is_default: true } })),
    onSuccess: async () => {
      await changed();
      toast(t.activated(prompt.name));
    },
    onError,
  });
  const duplicate = useMutation({
    mutationFn: () => data(client.POST("/api/v1/admin/prompts", { body: { name: t.copyOf(prompt.name).slice(0, 200), description: prompt.description, text: prompt.text, is_default: false } })),
    onSuccess: async ({ name }) => {
      await changed();
      toast(t.duplicated(name));
    },
    onError,
  });
  return (
    <KeptCard
      name={prompt.name}
      link={{ to: "/manage/prompts/$id", params: { id: prompt.id } }}
      active={prompt.is_default}
      about={prompt.description || prompt.text}
      facts={t.changed(ago(prompt.updated_at))}
      text={t}
      onActivate={editable ? { run: () => activate.mutate(), busy: activate.isPending } : undefined}
      onDuplicate={editable ? { run: () => duplicate.mutate(), busy: duplicate.isPending } : undefined}
      onDelete={editable ? onDelete : undefined}
    />
  );
}

function Deletion({ prompt, onClose }: { prompt: Prompt | null; onClose: () => void }) {
  const cache = useQueryClient();
  const remove = useMutation({
    mutationFn: (id: string) => client.DELETE("/api/v1/admin/prompts/{prompt_id}", { params: { path: { prompt_id: id } } }),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: query.queryKey });
      toast(t.deleted);
    },
    onError: (error) => toast(messageOf(error), "error"),
    onSettled: onClose,
  });
  return <Confirm open={prompt !== null} onClose={onClose} title={prompt ? t.deleteTitle(prompt.name) : ""} text={t.deleteText} action={t.deleteAction} danger busy={remove.isPending} onConfirm={() => prompt && remove.mutate(prompt.id)} />;
}
