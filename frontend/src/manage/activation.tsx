import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { useState } from "react";
import { client, data } from "@/api/client";
import { Button } from "@/components/button";
import { Confirm } from "@/components/dialog";
import { Badge, Card, Heading } from "@/components/page";
import { messageOf } from "@/components/states";
import { toast } from "@/components/toast";
import { sets } from "@/text";
import { sets as queries } from "./queries";

const t = sets.edit.active;

/** Whether a set is the active one and what that means; administrators activate it here. */
export function Activation({ id, mayActivate }: { id: string; mayActivate: boolean }) {
  const cache = useQueryClient();
  const { data: all } = useQuery(queries.all);
  const [asking, setAsking] = useState(false);
  const set = all?.find((one) => one.id === id);
  const activate = useMutation({
    mutationFn: () => data(client.POST("/api/v1/admin/question-sets/{set_id}/activate", { params: { path: { set_id: id } } })),
    onSuccess: async ({ name }) => {
      await cache.invalidateQueries({ queryKey: queries.all.queryKey, exact: true });
      toast(sets.list.activated(name));
    },
    onError: (error) => toast(messageOf(error), "error"),
    onSettled: () => setAsking(false),
  });
  if (!set) return null;
  const before = all?.find((one) => one.is_active)?.name;
  return (
    <Card>
      <Heading aside={set.is_active && <Badge tone="voice">{sets.list.active}</Badge>}>{t.title}</Heading>
      <div className="flex flex-wrap items-center justify-between gap-4">
        <p className="flex-1 basis-64 text-muted">{set.is_active ? t.is : t.isNot}</p>
        {!set.is_active && mayActivate && (
          <Button variant="outline" onClick={() => setAsking(true)}>
            <CircleCheck aria-hidden className="size-4" />
            {sets.list.activate}
          </Button>
        )}
      </div>
      <Confirm open={asking} onClose={() => setAsking(false)} title={t.ask(set.name)} text={t.askText(before)} action={sets.list.activate} busy={activate.isPending} onConfirm={() => activate.mutate()} />
    </Card>
  );
}
