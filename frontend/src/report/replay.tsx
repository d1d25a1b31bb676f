import { Pause, Play, RotateCcw, RotateCw } from "lucide-react";
import { type RefObject, useEffect, useMemo, useRef, useState } from "react";
import type { Schemas } from "@/api/client";
import { Button } from "@/components/button";
import { cn } from "@/lib/cn";
import { clock } from "@/lib/format";
import { report as t } from "@/text";
import { isQuoted, type Word, wordAt } from "./words";

export type Shown = Pick<Schemas["QuoteOut"], "begin" | "end">;
export type Sound = { seek: (seconds: number) => void };

/** The recording of an answer beside its words: the word that is said is marked, and a click on a word plays it. `source` is null where nothing was recorded, and `silent` says why. With its length in `seconds`, nothing is fetched before it is played: what a recruiter plays is noted. */
export function Replay({ source, seconds, silent, words, mentioned, shown, sound }: { source: string | null; seconds?: number; silent: string; words: readonly Word[]; mentioned: readonly Shown[]; shown: Shown | null; sound: RefObject<Sound | null> }) {
  const audio = useRef<HTMLAudioElement>(null);
  const [now, setNow] = useState<number | null>(null);
  const [failed, setFailed] = useState(false);
  const current = useMemo(() => (now === null ? -1 : wordAt(words, now)), [words, now]);
  const seek = (seconds: number) => {
    if (!audio.current) return;
    audio.current.currentTime = seconds;
    setNow(seconds);
    void audio.current.play().catch(() => undefined); // paused before it began; what cannot be played tells onError
  };
  useEffect(() => {
    sound.current = { seek };
    return () => {
      sound.current = null;
    };
  });
  const kinds = { filler: words.some((word) => word.isFiller), pause: words.some((word) => word.pauseBefore > 0), mentioned: mentioned.length > 0 };
  return (
    <div className="flex flex-col gap-4">
      {source !== null ? (
        <>
          <audio ref={audio} preload={seconds === undefined ? "metadata" : "none"} src={source} onError={() => setFailed(true)} className="hidden" />
          {failed ? <p className="text-sm text-caution">{t.noSound}</p> : <Controls audio={audio} seconds={seconds} onTime={setNow} />}
        </>
      ) : (
        <p className="text-sm text-muted">{silent}</p>
      )}
      <Words words={words} current={current} mentioned={mentioned} shown={shown} onWord={source !== null && !failed ? seek : undefined} />
      {(kinds.filler || kinds.pause || kinds.mentioned) && (
        <ul className="flex flex-wrap gap-x-5 gap-y-1 text-sm text-muted">
          {kinds.mentioned && (
            <li>
              <span className="underline decoration-voice decoration-2 underline-offset-4">{t.legend.mentioned}</span>
            </li>
          )}
          {kinds.filler && (
            <li>
              <span className="rounded-sm bg-caution-soft px-1 text-caution">{t.legend.filler}</span>
            </li>
          )}
          {kinds.pause && (
            <li>
              <span aria-hidden>⋯ </span>
              {t.legend.pause}
            </li>
          )}
        </ul>
      )}
    </div>
  );
}

function Words({ words, current, mentioned, shown, onWord }: { words: readonly Word[]; current: number; mentioned: readonly Shown[]; shown: Shown | null; onWord?: (seconds: number) => void }) {
  const box = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (shown) box.current?.querySelector("[data-shown]")?.scrollIntoView({ block: "center", behavior: "smooth" });
  }, [shown]);
  return (
    <p ref={box} className="max-w-prose leading-8">
      {words.map((word, place) => {
        const { start } = word;
        const look = cn(
          "rounded-sm box-decoration-clone",
          isQuoted(word, mentioned) && "underline decoration-voice decoration-2 underline-offset-4",
          word.isFiller && "bg-caution-soft text-caution",
          shown && isQuoted(word, [shown]) && "bg-primary-soft",
          place === current && "bg-primary text-on-primary",
        );
        const isShown = shown && isQuoted(word, [shown]) ? true : undefined;
        return (
          <span key={word.begin}>
            {word.pauseBefore > 0 && (
              <span className="mx-1 text-xs text-muted" title={t.pauseOf(word.pauseBefore)}>
                ⋯<span className="sr-only">{t.pauseOf(word.pauseBefore)}</span>{" "}
              </span>
            )}
            <span data-shown={isShown} data-at={start ?? undefined} onClick={onWord && start !== null ? () => onWord(start) : undefined} className={cn(look, onWord && start !== null && "cursor-pointer hover:bg-sunken")}>
              {word.text}
            </span>{" "}
          </span>
        );
      })}
    </p>
  );
}

const SPEEDS = [1, 1.25, 1.5, 0.75];

function Controls({ audio, seconds, onTime }: { audio: RefObject<HTMLAudioElement | null>; seconds?: number; onTime: (seconds: number | null) => void }) {
  const [at, setAt] = useState(0);
  const [length, setLength] = useState(seconds ?? 0);
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState(0);
  useEffect(() => {
    const element = audio.current;
    if (!element) return;
    let frame = 0;
    const follow = () => {
      setAt(element.currentTime);
      onTime(element.currentTime);
      if (!element.paused) frame = requestAnimationFrame(follow);
    };
    const events: [string, () => void][] = [
      ["loadedmetadata", () => setLength(Number.isFinite(element.duration) ? element.duration : 0)],
      ["durationchange", () => setLength(Number.isFinite(element.duration) ? element.duration : 0)],
      ["play", () => (setPlaying(true), follow())],
      ["pause", () => setPlaying(false)],
      ["seeked", follow],
    ];
    for (const [name, act] of events) element.addEventListener(name, act);
    if (element.readyState > 0) setLength(element.duration);
    return () => {
      cancelAnimationFrame(frame);
      for (const [name, act] of events) element.removeEventListener(name, act);
    };
  }, [audio, onTime]);
  const move = (to: number) => {
    const place = Math.max(0, Math.min(length, to));
    if (audio.current) audio.current.currentTime = place;
    setAt(place);
  };
  const toggle = () => {
    const element = audio.current;
    if (element) void (element.paused ? element.play().catch(() => setPlaying(false)) : element.pause());
  };
  const faster = () => {
    const next = (speed + 1) % SPEEDS.length;
    setSpeed(next);
    if (audio.current) audio.current.playbackRate = SPEEDS[next] ?? 1;
  };
  return (
    <div className="flex items-center gap-1 rounded-card border border-line bg-bg p-1 pr-3 sm:gap-2">
      <Button variant="ghost" size="icon" aria-label={playing ? t.pause : t.play} onClick={toggle}>
        {playing ? <Pause aria-hidden className="size-5" /> : <Play aria-hidden className="size-5" />}
      </Button>
      <Button variant="ghost" size="icon" aria-label={t.back} className="max-sm:hidden" onClick={() => move(at - 5)}>
        <RotateCcw aria-hidden className="size-4" />
      </Button>
      <Button variant="ghost" size="icon" aria-label={t.forward} className="max-sm:hidden" onClick={() => move(at + 5)}>
        <RotateCw aria-hidden className="size-4" />
      </Button>
      <input
        type="range"
        min={0}
        max={length || 1}
        step={0.1}
        value={Math.min(at, length || 1)}
        aria-label={t.position}
        aria-valuetext={clock(at)}
        onChange={(event) => move(Number(event.target.value))}
        className="min-w-0 flex-1 accent-primary"
      />
      <span className="tabular text-sm text-muted">
        {clock(at)} / {clock(length)}
      </span>
      <Button variant="ghost" size="sm" aria-label={t.speed} className="tabular min-h-11 px-2 max-sm:hidden" onClick={faster}>
        {SPEEDS[speed]}×
      </Button>
    </div>
  );
}
