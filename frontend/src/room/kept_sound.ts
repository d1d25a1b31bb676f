/** Sound that the server does not have yet, kept in the browser so that a refresh loses none of it. */
import { forget, forgetOld, keep, kept, type KeptSound } from "./database";
import type { Piece } from "./outbox";

/** How long pieces are collected before they are written, in ms; so much at most is lost when the page dies. */
const PAUSE = 200;

export class SoundKeeper {
  private waiting: KeptSound[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly session: string) {}

  /** What an earlier page left: the question it belongs to, and its pieces. */
  async load(): Promise<{ question: string; pieces: Piece[] } | null> {
    await forgetOld();
    const found = await kept("sound", "session", this.session);
    const question = found.at(-1)?.question;
    if (question === undefined) return null;
    const pieces = found.filter((one) => one.question === question).sort((a, b) => a.first - b.first);
    return { question, pieces: pieces.map(({ first, samples }) => ({ first, samples })) };
  }

  add(question: string, piece: Piece): void {
    this.waiting.push({ session: this.session, question, first: piece.first, samples: piece.samples, at: Date.now() });
    this.timer ??= setTimeout(() => this.write(), PAUSE);
  }

  /** The server has everything of this question before sample `next`. */
  acknowledged(question: string, next: number): void {
    const has = (one: KeptSound) => one.question === question && one.first + one.samples.length <= next;
    this.waiting = this.waiting.filter((one) => !has(one));
    this.then(() => forget("sound", "session", this.session, has));
  }

  /** Only this is to be kept: samples moved up, or belong to another question now. */
  replace(question: string | null, pieces: readonly Piece[]): void {
    this.waiting = [];
    const at = Date.now();
    this.then(() => forget("sound", "session", this.session));
    if (question !== null && pieces.length > 0) this.then(() => keep("sound", pieces.map((piece) => ({ session: this.session, question, at, ...piece }))));
  }

  private write(): void {
    this.timer = undefined;
    const pieces = this.waiting.splice(0);
    if (pieces.length > 0) this.then(() => keep("sound", pieces));
  }

  /** One after the other: a deletion must not overtake what it deletes. */
  private then(act: () => Promise<unknown>): void {
    this.last = this.last.then(act);
  }
}
