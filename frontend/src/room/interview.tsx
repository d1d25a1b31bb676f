/** One interview from its first question to its last, for whoever takes it. */
import { DoorOpen, type LucideIcon, MonitorSmartphone } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { Button } from "@/components/button";
import { PublicPage } from "@/components/public_page";
import { Empty } from "@/components/states";
import { toast } from "@/components/toast";
import { captionsWanted } from "@/lib/preferences";
import { room as t } from "@/text";
import { Microphone, MicrophoneError } from "./microphone";
import { type Purpose, RoomScreen } from "./room_screen";
import type { CameraControl } from "./use_camera";
import { useRoom } from "./use_room";

type Props = {
  id: string;
  title: string;
  purpose: Purpose;
  microphone: Microphone | null;
  camera: CameraControl;
  /** Takes the microphone of somebody who typed until now, where their voice may be recorded. */
  onMicrophone?: (microphone: Microphone) => void;
  /** Of somebody who entered with a code. */
  token?: string;
  /** It, or its round, is over. */
  onEnded: () => void;
  onLeave: () => void;
  /** It goes on in another tab, and is wanted back here. */
  again: () => void;
  /** Where else to go when it is not there any more. */
  elsewhere: ReactNode;
};

export function Interview({ id, title, purpose, microphone, camera, onMicrophone, token, onEnded, onLeave, again, elsewhere }: Props) {
  const means = { microphone, camera: camera.camera };
  const room = useRoom(id, token, means, { captions: captionsWanted(), screening: purpose === "screening" });
  const { link } = room.state;
  const ended = useRef(onEnded);
  ended.current = onEnded;
  useEffect(() => {
    if (link !== "ended") return;
    ended.current();
  }, [link]);
  const { problem } = camera;
  useEffect(() => {
    if (problem) toast((t.cameraProblems[problem] ?? t.cameraProblems.other).title, "error");
  }, [problem]);
  if (link === "elsewhere") {
    return (
      <Framed icon={MonitorSmartphone} title={t.elsewhere.title} text={t.elsewhere.text}>
        <Button onClick={again}>{t.elsewhere.action}</Button>
      </Framed>
    );
  }
  if (link === "gone" || link === "refused" || link === "signedOut") {
    return (
      <Framed icon={DoorOpen} title={t.gone.title} text={t.gone.text}>
        {elsewhere}
      </Framed>
    );
  }
  const toggleCamera = () => (camera.camera ? camera.close() : void camera.open());
  const speak = async () => {
    try {
      onMicrophone?.(await Microphone.open(undefined, () => toast(t.problems.lost.title, "error")));
      room.setTyping(false);
    } catch (error) {
      toast(t.problems[error instanceof MicrophoneError ? error.problem : "other"].title, "error");
    }
  };
  return <RoomScreen room={room} means={means} title={title} purpose={purpose} onCamera={camera.possible && microphone ? toggleCamera : undefined} onSpeak={onMicrophone && (() => void speak())} onLeave={onLeave} />;
}

/** A message that is all of the screen. */
export function Framed({ icon, title, text, children }: { icon: LucideIcon; title: string; text?: ReactNode; children?: ReactNode }) {
  return (
    <PublicPage links={false}>
      <div className="grid flex-1 place-items-center">
        <Empty heading="h1" icon={icon} title={title} text={text}>
          {children}
        </Empty>
      </div>
    </PublicPage>
  );
}
