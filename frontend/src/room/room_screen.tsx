import { Captions, CaptionsOff, CornerDownRight, Keyboard, type LucideIcon, Mic, MicOff, Pause, Play, Repeat2, SkipForward, Video, VideoOff, X } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "@/components/button";
import { Confirm, Dialog } from "@/components/dialog";
import { TextArea } from "@/components/field";
import { Main } from "@/components/main";
import { cn } from "@/lib/cn";
import { room as t } from "@/text";
import { Countdown } from "./countdown";
import { Waveform } from "./level";
import { drafts } from "./draft";
import { captionsOf, hasWords, openQuestions, type StateWord, takesSound } from "./machine";
import type { Means, Room } from "./use_room";
import { SelfView } from "./self_view";
import { useKeys } from "./use_keys";

type Ask = "skip" | "empty" | "finish" | "leave" | "keys" | null;
const LOOKS: Record<StateWord, string> = {
  connecting: "bg-sunken text-muted",
  reconnecting: "bg-caution-soft text-caution",
  asking: "bg-primary-soft text-primary",
  listening: "bg-rec-soft text-rec",
  speaking: "bg-rec-soft text-rec",
  thinking: "bg-sunken text-muted",
  paused: "bg-caution-soft text-caution",
  muted: "bg-caution-soft text-caution",
  typing: "bg-sunken text-muted",
  ended: "bg-sunken text-muted",
};

/** What the dialogs of an interview say, by what it is for. */
export type Purpose = "practice" | "screening" | "round";

/** The interview itself. `onCamera` turns the camera on and off, where there may be one; `onSpeak` opens a microphone for somebody who types. */
export function RoomScreen({ room, means, title, purpose, onCamera, onSpeak, onLeave }: { room: Room; means: Means; title: string; purpose: Purpose; onCamera?: () => void; onSpeak?: () => void; onLeave: () => void }) {
  const { state, word } = room;
  const { microphone, camera } = means;
  const [ask, setAsk] = useState<Ask>(null);
  const open = state.question !== null && state.link !== "connecting" && (state.server === "asking" || state.server === "listening");
  const isPaused = state.server === "paused";
  const takes = takesSound(state);
  const done = () => (room.isEmpty() ? setAsk("empty") : room.done());
  const speak = microphone ? () => room.setTyping(false) : onSpeak;
  const isOpen = open && !state.closing;
  const hasDraft = isOpen && !state.typing && state.question !== null && drafts.of(state.question.id) !== "";
  const typeOn = useRef(room.setTyping);
  typeOn.current = room.setTyping;
  useEffect(() => {
    if (hasDraft) typeOn.current(true);
    // Only as a question opens: whoever then prefers to speak may.
  }, [state.question?.id, isOpen]);
  useEffect(() => {
    if (state.server === "processing" && state.question) drafts.keep(state.question.id, ""); // it was answered, if aloud
    // Only as an answer closes: the next question may arrive in the same state.
  }, [state.server]);
  useKeys({
    Enter: () => open && !state.typing && state.server === "asking" && room.answer(),
    "Ctrl+Enter": () => open && !state.typing && !state.closing && state.server === "listening" && done(),
    m: () => microphone && room.toggleMute(),
    p: () => (open || isPaused) && room.pause(),
    r: () => open && room.repeat(),
    c: room.toggleCaptions,
    t: () => open && (state.typing ? speak?.() : room.setTyping(true)),
    v: () => onCamera?.(),
    "?": () => setAsk("keys"),
  }, ask === null);
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, []);
  const content = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!content.current?.contains(document.activeElement)) content.current?.focus();
  }, []);
  const left = openQuestions(state);
  const skipText = state.question?.follow_up_of ? t.skipTextFollowUp : purpose === "screening" ? t.skipTextScreening : t.skipText;
  const close = () => setAsk(null);
  const handIn = useRef(room.done);
  handIn.current = room.done;
  const words = hasWords(state);
  useEffect(() => {
    if (ask !== "empty" || (isOpen && !words)) return;
    close();
    if (isOpen) handIn.current(); // they had pressed Done; the words only came late
  }, [ask, isOpen, words]);
  useEffect(() => setAsk((asked) => (asked === "empty" || asked === "skip" ? null : asked)), [state.question?.id]);
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex h-16 max-w-5xl items-center gap-3 px-4 sm:grid sm:grid-cols-[minmax(0,1fr)_minmax(0,1.2fr)_minmax(0,1fr)] sm:px-6">
          <span>
            <StatePill word={word} />
          </span>
          <span className="hidden truncate text-center text-sm text-muted sm:block">{title}</span>
          <span className="ml-auto flex items-center justify-end gap-3">
            <Countdown deadline={state.server === "listening" && !state.playing && open ? state.deadline : null} overtime={state.overtime} />
            <Button variant="ghost" size="icon" aria-label={t.leave} title={t.leave} onClick={() => setAsk("leave")}>
              <X aria-hidden className="size-5" />
            </Button>
          </span>
        </div>
      </header>
      {word === "reconnecting" && (
        <p role="alert" className="bg-caution-soft px-4 py-2 text-center text-sm text-caution">
          {state.link === "busy" ? t.full.text : t.reconnecting}
        </p>
      )}
      <Main ref={content} className="mx-auto flex w-full max-w-3xl flex-1 flex-col justify-center gap-8 px-4 py-8 sm:px-6">
        {camera && <SelfView camera={camera} className="z-30 mx-auto w-28 lg:fixed lg:top-20 lg:right-6 lg:w-40" />}
        <QuestionText state={state} />
        <div className="min-h-82">
          {isPaused ? (
            <div className="flex flex-col items-center gap-4 py-6 text-center">
              <p className="text-muted">{t.pausedText}</p>
              <Button size="lg" onClick={room.pause}>
                <Play aria-hidden className="size-5" />
                {t.resume}
              </Button>
            </div>
          ) : state.typing ? (
            state.question && <Typed key={state.question.id} disabled={!open || state.closing} question={state.question.id} send={room.type} />
          ) : (
            <div className="flex flex-col items-center gap-6">
              <Waveform microphone={microphone} active={takes} />
              <CaptionBox state={state} />
              <div className="flex min-h-20 flex-col items-center gap-2">
                {open && state.server === "listening" && !state.closing ? (
                  <>
                    <Button size="lg" onClick={done} disabled={word === "reconnecting"}>
                      {t.done}
                    </Button>
                    <span className="text-sm text-muted max-sm:hidden">{t.sendHint}</span>
                  </>
                ) : (
                  open &&
                  state.server === "asking" && (
                    <>
                      <Button size="lg" onClick={room.answer}>
                        <Mic aria-hidden className="size-5" />
                        {t.startNow}
                      </Button>
                      <span className="text-center text-sm text-muted">{t.startHint}</span>
                    </>
                  )
                )}
              </div>
            </div>
          )}
        </div>
        <p role="status" className="min-h-6 text-center text-sm text-muted">
          {state.endsSoon ? <StillThere /> : room.isUnheard ? t.unheard : state.notice}
        </p>
      </Main>
      <footer className="sticky bottom-0 border-t border-line bg-surface">
        <div className="mx-auto flex max-w-5xl items-center justify-between gap-1 px-2 py-2 max-sm:flex-wrap sm:px-6">
          <div className="flex min-w-0 items-center max-sm:w-full sm:gap-1">
            {microphone && (
              <Tool icon={state.muted ? MicOff : Mic} text={state.muted ? t.unmute : t.mute} pressed={state.muted} disabled={state.typing} onClick={room.toggleMute} />
            )}
            {onCamera && <Tool icon={camera ? Video : VideoOff} text={camera ? t.cameraOff : t.cameraOn} short={t.check.camera} onClick={onCamera} />}
            <Tool icon={state.captions ? Captions : CaptionsOff} text={t.captions} pressed={!state.captions} onClick={room.toggleCaptions} />
            <Tool icon={Repeat2} text={t.repeat} disabled={!open || state.closing} onClick={room.repeat} />
            <Tool icon={isPaused ? Play : Pause} text={isPaused ? t.resume : t.pause} disabled={!(open || isPaused) || state.closing} onClick={room.pause} />
            {speak && <Tool icon={state.typing ? Mic : Keyboard} text={state.typing ? t.speakInstead : t.typeInstead} short={state.typing ? t.speak : t.type} disabled={!open} onClick={() => (state.typing ? speak() : room.setTyping(true))} />}
            <Tool icon={SkipForward} text={t.skip} disabled={!open || state.closing} onClick={() => setAsk("skip")} />
          </div>
          <Button variant="outline" className="max-sm:w-full" onClick={() => setAsk("finish")} disabled={word === "connecting"}>
            {t.finish}
          </Button>
        </div>
      </footer>
      <Confirm open={ask === "skip"} onClose={close} title={t.skipTitle} text={skipText} action={t.skipAction} onConfirm={() => (close(), room.skip())} />
      <Confirm open={ask === "empty"} onClose={close} title={t.emptyTitle} text={t.emptyText} action={t.skipAction} cancel={t.emptyAction} keep onConfirm={() => (close(), room.skip())} />
      <Confirm open={ask === "finish"} onClose={close} title={purpose === "round" ? t.finishRoundTitle : t.finishTitle} text={t.finishTexts[purpose](left)} action={t.finishAction} onConfirm={() => (close(), room.finish())} />
      <Confirm
        open={ask === "leave"}
        onClose={close}
        title={t.leaveTitle}
        text={t.leaveText}
        action={t.leaveAction}
        cancel={t.stay}
        onConfirm={() => {
          room.leave();
          onLeave();
        }}
      />
      <Dialog open={ask === "keys"} onClose={close} title={t.keysTitle}>
        <dl className="mt-4 grid grid-cols-[auto_1fr] items-center gap-x-6 gap-y-3 text-sm">
          {t.keyList.map(([key, text]) => (
            <div key={key} className="contents">
              <dt>
                <kbd className="rounded-control border border-line bg-sunken px-2 py-1 font-sans text-xs">{key}</kbd>
              </dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </Dialog>
    </div>
  );
}

const ENDS_AFTER = 8;

/** Asks whether anybody is still there, and counts the seconds until the answer ends. */
function StillThere() {
  const [left, setLeft] = useState(ENDS_AFTER);
  useEffect(() => {
    const timer = setInterval(() => setLeft((seconds) => Math.max(1, seconds - 1)), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <span className="inline-block rounded-card bg-caution-soft px-4 py-2 font-medium text-caution">
      <span className="sr-only">{t.stillThere(ENDS_AFTER)}</span>
      <span aria-hidden>{t.stillThere(left)}</span>
    </span>
  );
}

function StatePill({ word }: { word: StateWord }) {
  const recording = word === "listening" || word === "speaking";
  return (
    <span role="status" className={cn("inline-flex items-center gap-2 rounded-full px-3 py-1 text-sm font-medium whitespace-nowrap", LOOKS[word])}>
      <span aria-hidden className={cn("size-2 rounded-full bg-current", word === "speaking" && "animate-pulse", !recording && "opacity-60")} />
      {t.states[word]}
    </span>
  );
}

function QuestionText({ state }: { state: Room["state"] }) {
  const { question, plan } = state;
  if (!question) return <p className="text-center text-lg text-muted">{state.remark || t.preparing}</p>;
  const follows = question.follow_up_of !== null;
  return (
    <section aria-live="polite" className="flex flex-col items-center gap-3 text-center">
      <p className="flex items-center gap-1.5 text-sm text-muted">
        {follows && <CornerDownRight aria-hidden className="size-4" />}
        {(follows ? t.followUp : t.question)(question.number, plan?.questions ?? question.number)}
      </p>
      <h1 className="text-lg font-semibold sm:text-xl">{question.text}</h1>
      <p className="min-h-6 text-muted">{follows && !state.remark ? t.followUpHint : state.remark}</p>
    </section>
  );
}

function CaptionBox({ state }: { state: Room["state"] }) {
  const { kept, changing } = captionsOf(state);
  const empty = !state.hasSpeechModel ? t.captionsLate : t.captionsEmpty;
  return (
    <section aria-label={t.captions} tabIndex={0} className="h-36 w-full overflow-y-auto rounded-card border border-line bg-surface p-4 text-left [scrollbar-width:thin]">
      {!state.captions ? (
        <p className="text-muted">{t.captionsOff}</p>
      ) : kept || changing ? (
        <p className="leading-7">
          <span aria-live="polite">{kept}</span> <span className="text-muted">{changing}</span>
          <End text={kept + changing} />
        </p>
      ) : (
        <p className="text-muted">{empty}</p>
      )}
    </section>
  );
}

/** Keeps the newest words in view. */
function End({ text }: { text: string }): ReactNode {
  const [mark, setMark] = useState<HTMLSpanElement | null>(null);
  useEffect(() => {
    mark?.parentElement?.parentElement?.scrollTo({ top: 1e6 });
  }, [mark, text]);
  return <span ref={setMark} />;
}

function Typed({ question, disabled, send }: { question: string; disabled: boolean; send: (text: string) => void }) {
  const [text, setText] = useState(() => drafts.of(question));
  const ready = text.trim() !== "" && !disabled;
  const submit = () => {
    if (!ready) return;
    drafts.keep(question, "");
    send(text);
  };
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <TextArea
        label={t.typed}
        placeholder={t.typedPlaceholder}
        rows={6}
        autoFocus
        value={text}
        onChange={({ target: { value } }) => {
          setText(value);
          drafts.keep(question, value);
        }}
        onKeyDown={(event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && submit()}
      />
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" size="lg" disabled={!ready}>
          {t.send}
        </Button>
        <span className="text-sm text-muted max-sm:hidden">{t.sendHint}</span>
      </div>
    </form>
  );
}

/** `short` is its name where there is little room. */
function Tool({ icon: Icon, text, short = text, pressed, disabled, onClick }: { icon: LucideIcon; text: string; short?: string; pressed?: boolean; disabled?: boolean; onClick: () => void }) {
  return (
    <button
      type="button"
      onClick={onClick}
      disabled={disabled}
      aria-label={short === text ? undefined : text}
      aria-pressed={pressed}
      className={cn(
        "flex min-h-12 flex-col max-sm:min-w-0 max-sm:flex-1 sm:min-w-12 items-center justify-center gap-0.5 rounded-control text-xs max-sm:text-[0.6875rem] text-muted hover:bg-sunken hover:text-ink disabled:opacity-40 sm:px-3",
        pressed && "text-caution",
      )}
    >
      <Icon aria-hidden className="size-5" />
      {short === text ? <span>{text}</span> : <><span className="max-sm:hidden">{text}</span><span className="sm:hidden">{short}</span></>}
    </button>
  );
}
