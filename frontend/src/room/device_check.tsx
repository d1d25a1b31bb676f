import { CircleCheck, Keyboard, Mic, MicOff, Play, Video, VideoOff } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/button";
import { Select } from "@/components/field";
import { Card } from "@/components/page";
import { toast } from "@/components/toast";
import { endOfAnswer } from "@/lib/preferences";
import { room } from "@/text";
import { Meter } from "./level";
import { Microphone, MicrophoneError, microphones, obstacle, type Problem, wav } from "./microphone";
import { helpFor } from "./browser";
import { SelfView } from "./self_view";
import type { CameraControl } from "./use_camera";

const t = room.check;
const SECONDS = 3;

/**
 * A look at the microphone before the interview: permission after a click, a level, and how it sounds. With `camera`
 * people may also be filmed, if they like; `cameraText` says what becomes of it. Who comes back (`back` says to what) goes on with one click while the browser
 * still allows the microphone.
 */
export function DeviceCheck({ lead, back, begin, camera, cameraText, onReady, onType }: { lead: string; back?: string; begin: string; camera?: CameraControl; cameraText: string; onReady: (microphone: Microphone) => void; onType: () => void }) {
  const [microphone, setMicrophone] = useState<Microphone | null>(null);
  const [problem, setProblem] = useState<Problem | undefined>(obstacle);
  const [asking, setAsking] = useState(false);
  const taken = useRef(false);

  useEffect(() => () => void (taken.current || microphone?.close()), [microphone]);

  const open = async (deviceId?: string) => {
    setAsking(true);
    setProblem(undefined);
    try {
      setMicrophone(await Microphone.open(deviceId, () => setProblem("lost")));
    } catch (error) {
      setProblem(error instanceof MicrophoneError ? error.problem : "other");
    } finally {
      setAsking(false);
    }
  };
  const goOn = async () => {
    if (!(await mayRecord())) return open();
    setAsking(true);
    try {
      onReady(await Microphone.open(undefined, () => toast(room.problems.lost.title, "error")));
    } catch (error) {
      setProblem(error instanceof MicrophoneError ? error.problem : "other");
      setAsking(false);
    }
  };
  const go = () => {
    if (!microphone) return;
    taken.current = true;
    onReady(microphone);
  };
  const canAsk = problem !== "insecure" && problem !== "unsupported";
  return (
    <Card className="w-full max-w-xl sm:p-8">
      <h1 className="text-xl font-semibold">{back ? t.backTitle : t.title}</h1>
      {back && <p className="mt-1">{back}</p>}
      <p className="mt-1 text-muted">{lead}</p>
      <div className="mt-6 flex flex-col gap-5">
        {problem && <Trouble problem={problem} />}
        {microphone && !problem ? (
          <Ready key={microphone.deviceId} microphone={microphone} choose={(id) => void open(id)} />
        ) : (
          asking && <p role="status">{t.asking}</p>
        )}
        {microphone && !problem && camera?.possible && <CameraCheck camera={camera} text={cameraText} />}
        <div className="flex flex-wrap gap-3">
          {microphone && !problem ? (
            <Button key="begin" autoFocus size="lg" onClick={go}>
              {begin}
            </Button>
          ) : (
            canAsk && (
              <>
                {back && !problem && (
                  <Button size="lg" busy={asking} onClick={() => void goOn()}>
                    {begin}
                  </Button>
                )}
                <Button size="lg" variant={back && !problem ? "outline" : "primary"} busy={asking} onClick={() => void open()}>
                  {!asking && <Mic aria-hidden className="size-5" />}
                  {problem ? t.again : t.ask}
                </Button>
              </>
            )
          )}
          <Button size="lg" variant="outline" onClick={onType}>
            <Keyboard aria-hidden className="size-5" />
            {t.type}
          </Button>
        </div>
        <p className="text-sm text-muted">
          {camera?.camera ? t.goesToBoth : t.goesTo} {t.timeNotes[endOfAnswer()]}
        </p>
      </div>
    </Card>
  );
}

/** Whether the browser gives the microphone without asking. Those that cannot tell are asked. */
async function mayRecord(): Promise<boolean> {
  try {
    return (await navigator.permissions.query({ name: "microphone" as PermissionName })).state === "granted";
  } catch {
    return false;
  }
}

/** The camera, which nobody has to use. */
function CameraCheck({ camera: { camera, problem, asking, open, close }, text }: { camera: CameraControl; text: string }) {
  const [devices, setDevices] = useState<readonly (readonly [string, string])[]>([]);
  useEffect(() => {
    if (camera) void import("./camera").then(({ cameras }) => cameras()).then(setDevices);
  }, [camera]);
  return (
    <section aria-label={t.camera} className="flex flex-col gap-4 border-t border-line pt-5">
      <div className="flex items-start gap-4 max-sm:flex-col">
        {camera && <SelfView camera={camera} className="w-40" />}
        <div className="flex min-w-0 flex-1 flex-col items-start gap-3">
          <p className="text-sm text-muted">{camera ? t.cameraSees : text}</p>
          <Button variant="outline" size="sm" className="min-h-11" busy={asking} onClick={() => (camera ? close() : void open())}>
            {!asking && (camera ? <VideoOff aria-hidden className="size-4" /> : <Video aria-hidden className="size-4" />)}
            {camera ? room.cameraOff : room.cameraOn}
          </Button>
        </div>
      </div>
      {camera && devices.length > 1 && <Select label={t.camera} options={devices} value={camera.deviceId} onChange={(event) => void open(event.target.value)} />}
      {problem && <Trouble problem={problem} of="camera" />}
    </section>
  );
}

function Trouble({ problem, of = "microphone" }: { problem: Problem; of?: "microphone" | "camera" }) {
  const { title, text } = of === "camera" ? (room.cameraProblems[problem] ?? room.cameraProblems.other) : room.problems[problem];
  const Icon = of === "camera" ? VideoOff : MicOff;
  return (
    <div role="alert" className="flex gap-3 rounded-card bg-caution-soft p-4 text-caution">
      <Icon aria-hidden className="mt-0.5 size-5 shrink-0" />
      <div>
        <p className="font-medium">{title}</p>
        <p className="mt-1 text-sm">
          {text} {problem === "denied" && room.help[helpFor(navigator.userAgent)](of)}
        </p>
      </div>
    </div>
  );
}

function Ready({ microphone, choose }: { microphone: Microphone; choose: (deviceId: string) => void }) {
  const [heard, setHeard] = useState(false);
  const [waited, setWaited] = useState(false);
  const [devices, setDevices] = useState<readonly (readonly [string, string])[]>([]);
  const [sample, setSample] = useState<"idle" | "recording" | "playing">("idle");
  useEffect(() => {
    void microphones().then(setDevices);
    const timer = setTimeout(() => setWaited(true), 6000);
    return () => clearTimeout(timer);
  }, [microphone]);

  const record = () => {
    const pieces: Int16Array[] = [];
    setSample("recording");
    const stop = microphone.listen((samples) => pieces.push(samples));
    setTimeout(() => {
      stop();
      const url = URL.createObjectURL(wav(pieces));
      const audio = new Audio(url);
      const over = () => {
        URL.revokeObjectURL(url);
        setSample("idle");
      };
      audio.onended = audio.onerror = over;
      setSample("playing");
      audio.play().catch(over);
    }, SECONDS * 1000);
  };
  return (
    <>
      {devices.length > 1 && <Select label={t.microphone} options={devices} value={microphone.deviceId} onChange={(event) => choose(event.target.value)} />}
      <div>
        <Meter microphone={microphone} label={t.level} onHeard={() => setHeard(true)} />
        <p role="status" className="mt-2 flex min-h-6 items-center gap-2 text-sm text-muted">
          {heard && <CircleCheck aria-hidden className="size-4 text-voice" />}
          {heard ? t.heard : waited ? t.quiet : t.speakNow}
        </p>
      </div>
      <Button variant="outline" size="sm" className="min-h-11 self-start" disabled={sample !== "idle"} onClick={record}>
        <Play aria-hidden className="size-4" />
        {sample === "idle" ? t.record : sample === "recording" ? t.recording : t.playing}
      </Button>
    </>
  );
}
