import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createFileRoute, redirect, useRouter } from "@tanstack/react-router";
import { CircleCheckBig, type LucideIcon, Unplug } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { type Interview as Details, interviews, type Round } from "@/api/queries";
import { session } from "@/api/session";
import { ButtonLink } from "@/components/button";
import { useTitle } from "@/components/page";
import { PublicPage } from "@/components/public_page";
import { Await, Empty } from "@/components/states";
import { DeviceCheck } from "@/room/device_check";
import { places } from "@/room/draft";
import { Interview } from "@/room/interview";
import type { Microphone } from "@/room/microphone";
import { Rounds } from "@/room/rounds";
import { useCamera } from "@/room/use_camera";
import { room as t, common } from "@/text";

export const Route = createFileRoute("/room/$id")({
  beforeLoad: async ({ context, location }) => {
    const user = await context.queries.ensureQueryData(session);
    if (user === null) throw redirect({ to: "/signin", search: { next: location.href } });
  },
  component: RoomPage,
});

/** With what somebody takes part; without a microphone they type. */
type Voice = { microphone: Microphone | null };

function RoomPage() {
  const { id } = Route.useParams();
  const interview = useQuery({ ...interviews.one(id), staleTime: 0 });
  const rounds = useQuery({ ...interviews.rounds(id), staleTime: 0 });
  useTitle(interview.data?.title ?? t.title);
  return interview.data && rounds.data ? (
    <Room id={id} interview={interview.data} rounds={rounds.data.rounds} />
  ) : (
    <Quiet>
      <Await query={interview}>{() => <Await query={rounds}>{() => null}</Await>}</Await>
    </Quiet>
  );
}

/** What somebody who comes back is told: how far they are. Nothing before the first answer was begun. */
function useBack(id: string, round: Round | undefined, resumes: boolean): string | undefined {
  const asked = useQuery({ ...interviews.questions(id), staleTime: 0, enabled: resumes });
  if (!resumes) return undefined;
  const mine = (asked.data?.questions ?? []).filter((question) => !round || question.round_id === round.id);
  const of = mine.filter((question) => question.follow_up_of === null);
  return t.check.back(places.of(id), of.length);
}

function Room({ id, interview, rounds }: { id: string; interview: Details; rounds: readonly Round[] }) {
  const queries = useQueryClient();
  const router = useRouter();
  const { data: user } = useQuery(session);
  const camera = useCamera();
  const [voice, setVoice] = useState<Voice | null>(null);
  const [tab, setTab] = useState(0);
  useEffect(() => () => voice?.microphone?.close(), [voice]);
  const over = interview.status === "completed" || interview.status === "cancelled";
  const round = rounds.find((one) => one.state === "in_progress");
  const resumes = round ? round.answered_count > 0 : interview.status === "in_progress";
  const back = useBack(id, round, resumes && !voice);
  const toReport = () => router.navigate({ to: "/sessions/$id", params: { id }, replace: true });
  const ended = async () => {
    await queries.invalidateQueries({ queryKey: interviews.all });
    void queries.invalidateQueries({ queryKey: ["dashboard"] });
    const found = await queries.fetchQuery({ ...interviews.one(id), staleTime: 0 }).catch(() => null);
    if (found?.status === "in_progress" && rounds.length > 0) return; // the next round is shown
    camera.close();
    voice?.microphone?.close();
    await toReport();
  };
  if (over && !voice) {
    return (
      <Quiet>
        <Message icon={CircleCheckBig} title={t.over.title}>
          <ButtonLink to="/sessions/$id" params={{ id }}>
            {t.over.action}
          </ButtonLink>
        </Message>
      </Quiet>
    );
  }
  if (rounds.length > 0 && !round && !over) {
    return (
      <Quiet>
        <Rounds id={id} title={interview.title} rounds={rounds} onFinished={() => void toReport()} />
      </Quiet>
    );
  }
  if (interview.question_count === 0) {
    return (
      <Quiet>
        <Message icon={Unplug} title={t.noQuestions.title} text={t.noQuestions.text}>
          <ButtonLink to="/new">{common.nav.practice}</ButtonLink>
        </Message>
      </Quiet>
    );
  }
  if (!voice) {
    const name = round ? t.rounds.of(round.number, rounds.length, round.name) : interview.title;
    return (
      <Quiet>
        <DeviceCheck
          lead={back ? name : `${name} · ${t.check.questions(round ? round.question_count : interview.question_count)}`}
          back={back}
          begin={resumes ? t.resume : t.check.begin}
          camera={camera}
          cameraText={interview.kind === "screening" ? t.check.cameraInvited(true) : t.check.cameraText}
          onReady={(microphone) => setVoice({ microphone })}
          onType={() => setVoice({ microphone: null })}
        />
      </Quiet>
    );
  }
  const more = rounds.some((one) => one.state === "planned");
  return (
    <Interview
      key={`${round?.id} ${tab}`}
      id={id}
      title={round ? t.rounds.of(round.number, rounds.length, round.name) : interview.title}
      purpose={round && more ? "round" : interview.kind}
      microphone={voice.microphone}
      camera={camera}
      onMicrophone={(microphone) => setVoice({ microphone })}
      onEnded={() => void ended()}
      onLeave={() => void router.navigate({ to: user?.is_guest ? "/" : "/home" })}
      again={() => setTab(tab + 1)}
      elsewhere={<ButtonLink to="/home">{common.goHome}</ButtonLink>}
    />
  );
}

function Quiet({ children }: { children: ReactNode }) {
  return (
    <PublicPage links={false}>
      <div className="grid flex-1 place-items-center px-4 py-8">{children}</div>
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
