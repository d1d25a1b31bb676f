import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createFileRoute, redirect, useRouter } from "@tanstack/react-router";
import { CircleCheckBig, DoorOpen, type LucideIcon, MonitorSmartphone, Unplug } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { interviews } from "@/api/queries";
import { session } from "@/api/session";
import { Button, ButtonLink } from "@/components/button";
import { useTitle } from "@/components/page";
import { PublicPage } from "@/components/public_page";
import { Await, Empty } from "@/components/states";
import { captionsWanted } from "@/lib/preferences";
import { DeviceCheck } from "@/room/device_check";
import type { Microphone } from "@/room/microphone";
import { RoomScreen } from "@/room/room_screen";
import { useRoom } from "@/room/use_room";
import { room as t, common } from "@/text";

export const Route = createFileRoute("/room/$id")({
  beforeLoad: async ({ context, location }) => {
    const user = await context.queries.ensureQueryData(session);
    if (user === null) throw redirect({ to: "/signin", search: { next: location.href } });
  },
  component: RoomPage,
});

type Means = { microphone: Microphone | null };

function RoomPage() {
  const { id } = Route.useParams();
  const interview = useQuery({ ...interviews.one(id), staleTime: 0 });
  const [means, setMeans] = useState<Means | null>(null);
  const [tab, setTab] = useState(0);
  useTitle(interview.data?.title ?? t.title);
  useEffect(() => () => means?.microphone?.close(), [means]);
  const over = interview.data && (interview.data.status === "completed" || interview.data.status === "cancelled");
  if (means && interview.data && !over) {
    return <InRoom key={tab} id={id} title={interview.data.title} means={means} again={() => setTab(tab + 1)} />;
  }
  return (
    <PublicPage links={false}>
      <div className="grid flex-1 place-items-center px-4 py-8">
        <Await query={interview}>
          {(found) =>
            over ? (
              <Message icon={CircleCheckBig} title={t.over.title}>
                <ButtonLink to="/sessions/$id" params={{ id }}>
                  {t.over.action}
                </ButtonLink>
              </Message>
            ) : found.question_count === 0 ? (
              <Message icon={Unplug} title={t.noQuestions.title} text={t.noQuestions.text}>
                <ButtonLink to="/new">{common.nav.practice}</ButtonLink>
              </Message>
            ) : (
              <DeviceCheck
                lead={`${found.title} · ${t.check.questions(found.question_count)}`}
                begin={found.status === "in_progress" ? t.resume : t.check.begin}
                onReady={(microphone) => setMeans({ microphone })}
                onType={() => setMeans({ microphone: null })}
              />
            )
          }
        </Await>
      </div>
    </PublicPage>
  );
}

function InRoom({ id, title, means, again }: { id: string; title: string; means: Means; again: () => void }) {
  const router = useRouter();
  const queries = useQueryClient();
  const { data: user } = useQuery(session);
  const room = useRoom(id, means.microphone, { captions: captionsWanted() });
  const { link } = room.state;
  const home = () => void router.navigate({ to: user?.is_guest ? "/" : "/home" });
  useEffect(() => {
    if (link !== "ended") return;
    means.microphone?.close();
    void queries.invalidateQueries({ queryKey: interviews.all });
    void queries.invalidateQueries({ queryKey: ["dashboard"] });
    void router.navigate({ to: "/sessions/$id", params: { id }, replace: true });
  }, [link, id, means, queries, router]);
  if (link === "elsewhere") {
    return (
      <Frame>
        <Message icon={MonitorSmartphone} title={t.elsewhere.title} text={t.elsewhere.text}>
          <Button onClick={again}>{t.elsewhere.action}</Button>
        </Message>
      </Frame>
    );
  }
  if (link === "gone" || link === "refused" || link === "signedOut") {
    return (
      <Frame>
        <Message icon={DoorOpen} title={t.gone.title} text={t.gone.text}>
          <ButtonLink to="/home">{common.goHome}</ButtonLink>
        </Message>
      </Frame>
    );
  }
  return <RoomScreen room={room} microphone={means.microphone} title={title} onLeave={home} />;
}

function Frame({ children }: { children: ReactNode }) {
  return (
    <PublicPage links={false}>
      <div className="grid flex-1 place-items-center">{children}</div>
    </PublicPage>
  );
}

function Message({ icon, title, text, children }: { icon: LucideIcon; title: string; text?: string; children: ReactNode }) {
  return (
    <Empty heading="h1" icon={icon} title={title} text={text}>
      {children}
    </Empty>
  );
}
