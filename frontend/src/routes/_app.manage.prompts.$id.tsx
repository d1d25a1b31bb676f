import { useQuery } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";
import { BackLink } from "@/components/back_link";
import { Card, Page } from "@/components/page";
import { Await, Failure } from "@/components/states";
import { ApiError } from "@/api/client";
import { PromptEditor } from "@/manage/prompt_editor";
import { prompts as query } from "@/manage/queries";
import { prompts } from "@/text";

export const Route = createFileRoute("/_app/manage/prompts/$id")({ component: PromptPage });

function PromptPage() {
  const { id } = Route.useParams();
  const found = useQuery(query);
  const prompt = found.data?.find((one) => one.id === id) ?? null;
  if (found.data && (prompt || id === "new")) return <PromptEditor key={id} prompt={prompt} standard={found.data.find((one) => one.is_default) ?? null} />;
  return (
    <Page title={prompts.list.title} width="max-w-3xl" back={<BackLink to="/manage/prompts">{prompts.edit.back}</BackLink>}>
      <Await query={found} lines={8}>
        {() => (
          <Card>
            <Failure error={new ApiError(404)} />
          </Card>
        )}
      </Await>
    </Page>
  );
}
