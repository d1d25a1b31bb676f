/** The room's parts put together: state, connection, microphone and the interviewer's voice. */
import { useEffect, useReducer, useRef, useState } from "react";
import { AfterBreak } from "./after_break";
import type { Camera } from "./camera";
import { Connection, type Ended } from "./connection";
import { places } from "./draft";
import { hasWords, initialRoom, reduce, type RoomState, type StateWord, stateWord, takesPicture, takesSound } from "./machine";
import type { Microphone } from "./microphone";
import { Player } from "./player";
import { RATE, type ServerEvent } from "./protocol";
import { useFilm } from "./use_film";

/** Loudness from which somebody speaks, and how long after it they still do, in ms. */
const SPEECH = 0.015;
const HANG = 700;
/** Speech that is loud for so long, in ms, is an answer, though no word of it was understood yet. */
const ENOUGH = 600;
/** Nothing loud for so long, in ms, while nothing was heard of the answer: the microphone may be off. */
const UNHEARD = 10_000;
/** How long the end of a question may still be played when the server begins to listen. */
const TAIL_SECONDS = 3;

/** With what somebody takes part. Without a microphone they type. */
export type Means = { microphone: Microphone | null; camera: Camera | null };

export type Room = {
  state: RoomState;
  word: StateWord;
  answer: () => void;
  /** Whether nothing of an answer was heard, neither words nor loud sound. */
  isEmpty: () => boolean;
  /** Whether it has been quiet for a while since the answer began, so that the microphone may be off. */
  isUnheard: boolean;
  done: () => void;
  type: (text: string) => void;
  skip: () => void;
  repeat: () => void;
  pause: () => void;
  finish: () => void;
  leave: () => void;
  toggleMute: () => void;
  toggleCaptions: () => void;
  setTyping: (typing: boolean) => void;
};

/** `token` is that of somebody who entered with a code; who is logged in has a cookie. */
export function useRoom(sessionId: string, token: string | undefined, means: Means, options: { captions: boolean; screening: boolean }): Room {
  const { microphone } = means;
  const [state, dispatch] = useReducer(reduce, { typing: microphone === null, captions: options.captions }, initialRoom);
  const [isSpeaking, setSpeaking] = useState(false);
  const now = useRef(state);
  now.current = state;
  const loud = useRef({ question: "", ms: 0 });
  const [isUnheard, setUnheard] = useState(false);
  const afterBreak = useRef(new AfterBreak());
  const parts = useRef<{ connection: Connection; player: Player } | null>(null);

  useEffect(() => {
    const player = new Player((playing) => dispatch({ type: "playing", playing }));
    let isFirst = true;
    const receive = (event: ServerEvent) => {
      if (event.type === "ready" && isFirst) {
        isFirst = false;
        if (event.next_sample > 0) afterBreak.current.begin();
        if (event.state === "paused") connection.send({ type: "resume" }); // they chose to go on, to come in
      }
      if (event.type === "status" && event.state === "paused") afterBreak.current.begin();
      if (event.type === "question") afterBreak.current.end();
      const asked = event.type === "question" ? event : event.type === "ready" ? event.question : null;
      if (asked) places.keep(sessionId, asked.number);
      if (event.type === "speech" && event.url) player.add(event.url);
      if (event.type === "status" && (event.state === "processing" || event.state === "paused")) player.stop();
      if (event.type === "status" && event.state === "listening") void player.quiet(TAIL_SECONDS).then(() => player.stop());
      dispatch({ type: "server", event, at: Date.now() });
    };
    const events = {
      message: receive,
      interrupted: (busy: boolean) => dispatch({ type: "link", link: busy ? "busy" : "reconnecting" }),
      ended: (link: Ended) => {
        player.stop();
        dispatch({ type: "link", link });
      },
    };
    const connection = new Connection(sessionId, events, token, options.screening ? 0 : 1);
    parts.current = { connection, player };
    void connection.start();
    return () => {
      connection.close();
      player.stop();
      parts.current = null;
    };
  }, [sessionId, token]);

  useEffect(() => {
    let spokeAt = 0;
    return microphone?.listen((samples, rms) => {
      if (rms > SPEECH) spokeAt = performance.now();
      const takes = takesSound(now.current);
      setSpeaking(takes && performance.now() - spokeAt < HANG);
      if (!takes) return;
      const question = now.current.question?.id ?? "";
      if (loud.current.question !== question) loud.current = { question, ms: 0 };
      if (rms > SPEECH) loud.current.ms += (samples.length / RATE) * 1000;
      for (const piece of afterBreak.current.pass(samples, rms > SPEECH)) parts.current?.connection.sound(piece);
    });
  }, [microphone]);

  const wasLoud = () => loud.current.question === now.current.question?.id && loud.current.ms >= ENOUGH;
  const waits = microphone !== null && takesSound(state) && !isSpeaking && !hasWords(state);
  useEffect(() => {
    if (!waits || wasLoud()) return;
    const timer = setTimeout(() => setUnheard(true), UNHEARD);
    return () => {
      clearTimeout(timer);
      setUnheard(false);
    };
  }, [waits, state.question?.id]);

  useFilm(sessionId, token, means, state.question?.id ?? null, { rolling: takesPicture(state), hears: !state.muted });

  const send = (message: Parameters<Connection["send"]>[0]) => parts.current?.connection.send(message);
  const close = (message: Parameters<Connection["send"]>[0]) => {
    parts.current?.player.stop();
    dispatch({ type: "closing" });
    send(message);
  };
  return {
    state,
    word: stateWord(state, isSpeaking),
    answer: () => {
      parts.current?.player.stop();
      if (state.server === "asking") send({ type: "barge_in" });
    },
    isEmpty: () => state.hasSpeechModel && !hasWords(state) && !wasLoud(),
    isUnheard,
    done: () => {
      for (const piece of afterBreak.current.end()) parts.current?.connection.sound(piece);
      close({ type: "speech_end" });
    },
    type: (text) => close({ type: "text", text }),
    skip: () => close({ type: "skip" }),
    repeat: () => send({ type: "repeat" }),
    pause: () => send({ type: state.server === "paused" ? "resume" : "pause" }),
    finish: () => close({ type: "end" }),
    leave: () => parts.current?.connection.close(),
    toggleMute: () => dispatch({ type: "mute" }),
    toggleCaptions: () => dispatch({ type: "captions" }),
    setTyping: (typing) => {
      if (typing && state.server === "asking") send({ type: "barge_in" });
      dispatch({ type: "typing", typing });
    },
  };
}
