import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createFileRoute, useLocation, useRouter } from "@tanstack/react-router";
import { CircleCheckBig, DoorOpen } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { type Entered, entered, leave } from "@/api/entry";
import { Button, ButtonLink } from "@/components/button";
import { Card, useTitle } from "@/components/page";
import { PublicPage } from "@/components/public_page";
import { Await } from "@/components/states";
import { Consent } from "@/join/consent";
import { Enter } from "@/join/enter";
import { DeviceCheck } from "@/room/device_check";
import { Framed, Interview } from "@/room/interview";
import type { Microphone } from "@/room/microphone";
import { SendingNote } from "@/room/sending_note";
import { useCamera } from "@/room/use_camera";
import { common, join as t, room } from "@/text";

/** An interview by access code: the code stands behind the # of the address, so that no server writes it down. */
export const Route = createFileRoute("/join")({ component: Join });

function Join() {
  const router = useRouter();
  const { hash } = useLocation();
  const interview = useQuery(entered);
  useTitle(interview.data?.session.title ?? t.title);
  if (interview.data && !hash) return <Taking key={interview.data.session.id} interview={interview.data} />;
  return (
    <Quiet>
      <Await query={interview}>{(found) => <Enter code={hash} name={found?.candidate_name ?? ""} onEntered={() => void router.navigate({ to: "/join", replace: true })} />}</Await>
    </Quiet>
  );
}

type Stage = "check" | "interview" | "left";

function Taking({ interview }: { interview: Entered }) {
  const { session, candidate_name: name, consent } = interview;
  const { id } = session;
  const queries = useQueryClient();
  const camera = useCamera();
  const [microphone, setMicrophone] = useState<Microphone | null>(null);
  const [stage, setStage] = useState<Stage>("check");
  const [tab, setTab] = useState(0);
  useEffect(() => () => microphone?.close(), [microphone]);
  if (session.status === "completed" || session.status === "cancelled") return <Thanks interview={interview} />;
  const over = () => {
    camera.close();
    setMicrophone(null);
    void queries.invalidateQueries({ queryKey: entered.queryKey });
  };
  if (stage === "interview") {
    return (
      <Interview
        key={tab}
        id={id}
        token={id}
        title={session.title}
        purpose="screening"
        microphone={microphone}
        camera={camera}
        onMicrophone={consent.purposes?.includes("recording") ? setMicrophone : undefined}
        again={() => setTab(tab + 1)}
        onEnded={over}
        onLeave={() => {
          over();
          setStage("left");
        }}
        elsewhere={<ButtonLink to="/">{common.goHome}</ButtonLink>}
      />
    );
  }
  if (stage === "left") {
    return (
      <Framed icon={DoorOpen} title={t.left.title} text={t.left.text}>
        <Button onClick={() => setStage("check")}>{t.left.back}</Button>
      </Framed>
    );
  }
  if (consent.purposes === null) {
    return (
      <Quiet>
        <Consent interview={interview} />
      </Quiet>
    );
  }
  const begin = (found: Microphone | null) => {
    setMicrophone(found);
    setStage("interview");
  };
  const resumes = session.status === "in_progress";
  return (
    <Quiet>
      {consent.purposes.includes("recording") ? (
        <DeviceCheck
          lead={resumes ? session.title : t.interview(session.title, room.check.questions(session.question_count))}
          back={resumes ? room.check.back(undefined, 0) : undefined}
          begin={resumes ? room.resume : room.check.begin}
          camera={camera}
          cameraText={room.check.cameraInvited(consent.purposes.includes("video_analysis"))}
          onReady={begin}
          onType={() => begin(null)}
        />
      ) : (
        <Card className="w-full max-w-xl sm:p-8">
          <h1 className="text-xl font-semibold">{t.welcome(name)}</h1>
          <p className="mt-1 text-muted">{t.interview(session.title, room.check.questions(session.question_count))}</p>
          <p className="mt-6">{t.consent.writing}</p>
          <Button size="lg" className="mt-6" onClick={() => begin(null)}>
            {resumes ? room.resume : room.check.begin}
          </Button>
        </Card>
      )}
    </Quiet>
  );
}

function Thanks({ interview: { session, candidate_name: name } }: { interview: Entered }) {
  const queries = useQueryClient();
  const router = useRouter();
  const done = async () => {
    await leave(queries);
    await router.navigate({ to: "/" });
  };
  return (
    <Quiet>
      <Card className="w-full max-w-xl sm:p-8">
        <CircleCheckBig aria-hidden className="size-8 text-voice" strokeWidth={1.75} />
        <h1 className="mt-4 text-xl font-semibold">{t.thanks.title}</h1>
        <p className="mt-1 text-muted">
          {t.thanks.text(name)} {common.answered(session)}.
        </p>
        <SendingNote session={session.id} className="mt-6" />
        <h2 className="mt-6 font-semibold">{t.thanks.nextTitle}</h2>
        <ol className="mt-2 flex list-decimal flex-col gap-1.5 pl-5 text-muted">
          {t.thanks.next.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        <Button className="mt-6" variant="outline" onClick={() => void done()}>
          {t.thanks.close}
        </Button>
      </Card>
    </Quiet>
  );
}

function Quiet({ children }: { children: ReactNode }) {
  return (
    <PublicPage links={false}>
      <div className="grid flex-1 place-items-center px-4 py-8">{children}</div>
    </PublicPage>
  );
}
