import { useQuery } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";
import { Page } from "@/components/page";
import { Await } from "@/components/states";
import { draftOf } from "@/manage/draft";
import { sets as queries } from "@/manage/queries";
import { SetEditor } from "@/manage/set_editor";
import { sets } from "@/text";

export const Route = createFileRoute("/_app/manage/sets/$id")({ component: SetPage });
const NEW = { name: "", description: "", questions: [] };

function SetPage() {
  const { id } = Route.useParams();
  return id === "new" ? <SetEditor key="new" id={null} saved={NEW} /> : <Existing key={id} id={id} />;
}

function Existing({ id }: { id: string }) {
  const found = useQuery({ ...queries.one(id), staleTime: 0, refetchOnReconnect: false });
  return found.data && !found.isFetching ? (
    <SetEditor id={id} saved={draftOf(found.data)} />
  ) : (
    <Page title={found.data?.name ?? sets.list.title} width="max-w-3xl">
      <Await query={{ ...found, data: undefined }} lines={8}>
        {() => null}
      </Await>
    </Page>
  );
}
