/** What the room shows: one state, changed by messages of the server and by what the candidate does. Nothing else. */
import type { Ended } from "./connection";
import type { Plan, Question, ServerEvent, ServerState } from "./protocol";

export type Link = "connecting" | "live" | "reconnecting" | "busy" | Ended;

export type RoomState = {
  link: Link;
  server: ServerState;
  plan: Plan | null;
  question: Question | null;
  /** Wall clock at which the time for this answer is up, in ms; null while the clock stands still. */
  deadline: number | null;
  overtime: boolean;
  /** What the interviewer says beside questions. */
  remark: string;
  /** Final texts by segment, and what is heard at the moment. */
  finals: Readonly<Record<number, string>>;
  partial: { segment: number; stable: string; unstable: string } | null;
  notice: string;
  /** The server asked whether anybody is still there, and ends the answer soon unless somebody speaks. */
  endsSoon: boolean;
  hasSpeechModel: boolean;
  playing: boolean;
  muted: boolean;
  typing: boolean;
  captions: boolean;
  /** The answer was closed here; the server has not said so yet. */
  closing: boolean;
};

export type RoomAction =
  | { type: "server"; event: ServerEvent; at: number }
  | { type: "link"; link: Link }
  | { type: "playing"; playing: boolean }
  | { type: "mute" | "captions" | "closing" }
  | { type: "typing"; typing: boolean };

export function initialRoom(options: { typing: boolean; captions: boolean }): RoomState {
  return {
    link: "connecting",
    server: "asking",
    plan: null,
    question: null,
    deadline: null,
    overtime: false,
    remark: "",
    finals: {},
    partial: null,
    notice: "",
    endsSoon: false,
    hasSpeechModel: true,
    playing: false,
    muted: false,
    closing: false,
    ...options,
  };
}

export function reduce(room: RoomState, action: RoomAction): RoomState {
  switch (action.type) {
    case "server":
      return receive(room, action.event, action.at);
    case "link":
      return { ...room, link: action.link };
    case "playing":
      return { ...room, playing: action.playing };
    case "mute":
      return { ...room, muted: !room.muted };
    case "captions":
      return { ...room, captions: !room.captions };
    case "typing":
      return { ...room, typing: action.typing };
    case "closing":
      return { ...room, closing: true, endsSoon: false };
  }
}

function receive(room: RoomState, event: ServerEvent, at: number): RoomState {
  switch (event.type) {
    case "ready":
      return { ...asked(room, event.question, at), link: "live", plan: event.plan, server: event.state, partial: null, closing: false, endsSoon: false };
    case "question":
      return asked(room, event, at);
    case "status":
      return {
        ...room,
        server: event.state,
        endsSoon: room.endsSoon && event.state === "listening",
        deadline: event.state === "paused" ? null : room.deadline,
        closing: room.closing && event.state !== "listening" && event.state !== "asking",
        remark: event.state === "listening" ? "" : room.remark,
      };
    case "speech":
      return { ...room, remark: room.question?.text.includes(event.text) ? "" : event.text };
    case "partial":
      return event.segment in room.finals ? room : { ...room, partial: { segment: event.segment, stable: event.stable, unstable: event.unstable } };
    case "final":
      return { ...room, finals: { ...room.finals, [event.segment]: event.text }, partial: room.partial?.segment === event.segment ? null : room.partial };
    case "warning":
      if (event.code === "still_there" || event.code === "answer_goes_on") return { ...room, endsSoon: event.code === "still_there" };
      if (event.code === "no_transcription") return { ...room, hasSpeechModel: false };
      return event.code === "time_limit" ? { ...room, overtime: true } : { ...room, notice: event.message };
    case "ended":
      return { ...room, link: "ended", server: "ended" };
    default:
      return room;
  }
}

/** A new question starts with nothing said; the same one again has a new deadline. */
function asked(room: RoomState, question: Question | null, at: number): RoomState {
  const deadline = question ? deadlineOf(question, at) : null;
  if (question?.id === room.question?.id) return { ...room, question, deadline };
  return { ...room, question, deadline, overtime: false, finals: {}, partial: null, notice: "", endsSoon: false, closing: false, remark: "" };
}

/** The server's deadline by this device's clock; where the two clocks differ much, the time limit from now. */
function deadlineOf(question: Question, at: number): number | null {
  if (question.deadline === null) return null;
  const left = new Date(question.deadline).getTime() - at;
  const limit = question.time_limit * 1000;
  return left < -limit || left > limit + 60_000 ? at + limit : at + left;
}

/** What is heard of this answer so far, in order: texts that stay, and one that may still change. */
export function captionsOf(room: RoomState): { kept: string; changing: string } {
  const finals = Object.keys(room.finals)
    .map(Number)
    .sort((a, b) => a - b)
    .map((segment) => room.finals[segment])
    .filter(Boolean);
  const { stable = "", unstable = "" } = room.partial ?? {};
  return { kept: finals.join(" "), changing: `${stable} ${unstable}`.trim() };
}

/** Whether any word of this answer was recognised. */
export function hasWords(room: RoomState): boolean {
  const { kept, changing } = captionsOf(room);
  return kept !== "" || changing !== "";
}

/** How many questions are still open, the present one included; follow-ups are none of their own. */
export function openQuestions({ plan, question }: RoomState): number {
  if (!plan || !question) return plan?.questions ?? 1;
  return plan.questions - question.number + (question.follow_up_of === null ? 1 : 0);
}

/** Whether sound of the microphone belongs to the answer at this moment. During a break it does: it is sent afterwards. */
export function takesSound(room: RoomState): boolean {
  return takesPicture(room) && !room.playing && !room.muted;
}

/** Whether what the camera sees belongs to the answer. A question that is repeated does not end the film. */
export function takesPicture(room: RoomState): boolean {
  const linked = room.link === "live" || room.link === "reconnecting" || room.link === "busy";
  return linked && room.server === "listening" && !room.typing && !room.closing;
}

export type StateWord = "connecting" | "reconnecting" | "asking" | "listening" | "speaking" | "thinking" | "paused" | "muted" | "typing" | "ended";

/** The one word that says what happens now. */
export function stateWord(room: RoomState, isSpeaking: boolean): StateWord {
  if (room.link === "connecting") return "connecting";
  if (room.link === "reconnecting" || room.link === "busy") return "reconnecting";
  if (room.link !== "live" || room.server === "ended") return "ended";
  if (room.server === "paused") return "paused";
  if (room.server === "processing" || room.closing) return "thinking";
  if (room.server === "asking" || room.playing) return "asking";
  if (room.typing) return "typing";
  if (room.muted) return "muted";
  return isSpeaking ? "speaking" : "listening";
}
