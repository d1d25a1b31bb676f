/** The WebSocket of a live interview: connects again after a break and sends what the server does not have yet. */
import { endOfAnswer } from "@/lib/preferences";
import { refreshLogin } from "@/api/client";
import { socketAddress } from "@/api/base";
import { SoundKeeper } from "./kept_sound";
import { Outbox, type Piece } from "./outbox";
import { type ClientMessage, CLOSED, frame, RATE, type ServerEvent } from "./protocol";

export type Ended = "ended" | "elsewhere" | "gone" | "refused" | "signedOut";
export type ConnectionEvents = {
  message: (event: ServerEvent) => void;
  /** The connection broke and is being made again; `busy` when the server has no room. */
  interrupted: (busy: boolean) => void;
  /** It is over and not made again. */
  ended: (why: Ended) => void;
};

const LONGEST_WAIT = 5_000;
const QUIET = 10_000;

export class Connection {
  private socket: WebSocket | null = null;
  private outbox = new Outbox();
  private readonly keeper: SoundKeeper;
  private left: { question: string; pieces: Piece[] } | null = null;
  private commands: ClientMessage[] = [];
  private question: string | null = null;
  private ready = false;
  private closed = false;
  private tries = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private heartbeat: ReturnType<typeof setInterval> | undefined;
  private heardAt = 0;

  constructor(
    private readonly sessionId: string,
    private readonly events: ConnectionEvents,
    /** The token of somebody who entered with a code; others have a cookie. */
    private readonly token?: string,
    /** Further questions that may be asked about an answer: in a screening none, where everybody is asked the same. */
    private readonly followUps = 1,
  ) {
    this.keeper = new SoundKeeper(sessionId);
  }

  /** Opens it, with the sound that an earlier page could not send any more. */
  async start(): Promise<void> {
    this.left = await this.keeper.load();
    if (!this.closed) this.open();
  }

  private open(): void {
    const socket = (this.socket = new WebSocket(socketAddress(`/api/v1/interviews/sessions/${this.sessionId}/stream`)));
    socket.onopen = () => {
      socket.send(JSON.stringify({ type: "start", sample_rate: RATE, end_of_answer: endOfAnswer(), follow_ups: this.followUps, token: this.token } satisfies ClientMessage));
    };
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      this.heardAt = Date.now();
      this.receive(JSON.parse(data) as ServerEvent);
    };
    socket.onclose = ({ code }) => {
      if (this.socket === socket) this.lost(code);
    };
    addEventListener("online", this.hurry);
    clearInterval(this.heartbeat);
    this.heardAt = Date.now();
    this.heartbeat = setInterval(() => this.beat(), QUIET / 2);
  }

  /** Sound of the present answer. It is kept until the server has it. */
  sound(samples: Int16Array): void {
    const piece = this.outbox.push(samples);
    if (this.question !== null) this.keeper.add(this.question, piece);
    if (this.ready) this.socket?.send(frame(piece.first, piece.samples));
  }

  /** A command; one that comes during a break follows when the connection is back. */
  send(message: ClientMessage): void {
    if (this.ready) this.socket?.send(JSON.stringify(message));
    else this.commands.push(message);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    clearInterval(this.heartbeat);
    removeEventListener("online", this.hurry);
    this.socket?.close();
  }

  private receive(event: ServerEvent): void {
    switch (event.type) {
      case "ready":
        this.tries = 0;
        this.about(event.question?.id ?? null);
        this.ready = true;
        this.sendFrom(event.next_sample);
        for (const command of this.commands.splice(0)) this.send(command);
        break;
      case "question":
        this.about(event.id);
        break;
      case "ack":
        this.outbox.acknowledged(event.next_sample);
        if (this.question !== null) this.keeper.acknowledged(this.question, event.next_sample);
        break;
      case "error":
        if ("next_sample" in event) this.sendFrom(event.next_sample);
        break;
      case "ended":
        this.keeper.replace(null, []);
        break;
    }
    this.events.message(event);
  }

  /** Samples and commands belong to a question; with another one they mean nothing any more. */
  private about(question: string | null): void {
    const { left } = this;
    this.left = null;
    if (left) {
      if (left.question === question) this.outbox.restore(left.pieces);
      else this.keeper.replace(null, []);
    } else if (this.question !== null && question !== this.question) {
      this.outbox.clear();
      this.keeper.replace(null, []);
      this.commands = [];
    }
    this.question = question;
  }

  /** What the server does not have, from this sample on. */
  private sendFrom(next: number): void {
    const pieces = this.outbox.from(next);
    this.keeper.replace(this.question, pieces);
    for (const piece of pieces) this.socket?.send(frame(piece.first, piece.samples));
  }

  private lost(code: number): void {
    this.ready = false;
    clearInterval(this.heartbeat);
    if (this.closed) return;
    const why = { [CLOSED.ended]: "ended", [CLOSED.elsewhere]: "elsewhere", [CLOSED.gone]: "gone", [CLOSED.refused]: "refused" }[code] as Ended | undefined;
    if (why) {
      this.closed = true;
      this.events.ended(why);
      return;
    }
    this.events.interrupted(code === CLOSED.full);
    const wait = Math.min(LONGEST_WAIT, 250 * 2 ** this.tries++);
    this.timer = setTimeout(() => void this.again(code === CLOSED.signedOut), wait);
  }

  private async again(signedOut: boolean): Promise<void> {
    if (signedOut && !(await refreshLogin())) {
      this.closed = true;
      this.events.ended("signedOut");
    } else if (!this.closed) this.open();
  }

  private beat(): void {
    if (!this.ready) return;
    this.send({ type: "ping" });
    if (Date.now() - this.heardAt > QUIET) {
      // Nothing came for long: the network is gone, and the browser has not noticed yet.
      const socket = this.socket;
      this.socket = null;
      socket?.close();
      this.lost(1006);
    }
  }

  private readonly hurry = (): void => {
    if (this.ready || this.closed || this.socket?.readyState === WebSocket.CONNECTING) return;
    clearTimeout(this.timer);
    this.open();
  };
}
