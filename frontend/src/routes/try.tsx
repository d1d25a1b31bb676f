import { useQueryClient } from "@tanstack/react-query";
import { createFileRoute, useRouter } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { client, data } from "@/api/client";
import { interviews } from "@/api/queries";
import { becomeGuest, session } from "@/api/session";
import { Card, useTitle } from "@/components/page";
import { PublicPage } from "@/components/public_page";
import { Failure, Loading } from "@/components/states";
import { account as t } from "@/text";

export const Route = createFileRoute("/try")({ component: Try });

/** Prepares one question for somebody without an account, and leads to it. */
function Try() {
  useTitle(t.landing.title);
  const queries = useQueryClient();
  const router = useRouter();
  const [error, setError] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  const running = useRef(-1);
  const prepare = async () => {
    if ((await queries.ensureQueryData(session)) === null) await becomeGuest(queries);
    const page = await queries.fetchQuery(interviews.page({ page: 1 }));
    const earlier = page.sessions.find((one) => one.status !== "cancelled" && one.question_count > 0);
    if (earlier) return { id: earlier.id, finished: earlier.status === "completed" };
    const body = { title: t.landing.tryTitle, interview_type: "behavioral", difficulty: "easy" } as const;
    const bare = page.sessions.find((one) => one.status === "created");
    const { id } = bare ?? (await data(client.POST("/api/v1/interviews/sessions", { body })));
    await client.POST("/api/v1/interviews/sessions/{session_id}/questions/generate", {
      params: { path: { session_id: id } },
      body: { num_questions: 1, categories: ["behavioral"], difficulty: "easy" },
    });
    return { id, finished: false };
  };
  useEffect(() => {
    if (running.current === attempt) return; // React runs effects twice while developing
    running.current = attempt;
    prepare()
      .then(({ id, finished }) => router.navigate(finished ? { to: "/sessions/$id", params: { id }, replace: true } : { to: "/room/$id", params: { id }, replace: true }))
      .catch(setError);
  });
  return (
    <PublicPage links={false}>
      <div className="mx-auto w-full max-w-xl flex-1 px-4 py-16">
        <Card>
          {error ? (
            <Failure
              error={error}
              retry={() => {
                setError(undefined);
                setAttempt(attempt + 1);
              }}
            />
          ) : (
            <>
              <p className="mb-6 font-medium">{t.landing.starting}</p>
              <Loading />
            </>
          )}
        </Card>
      </div>
    </PublicPage>
  );
}
