/**
 * Sound after a break (a refresh, a pause that was asked for): the silence until somebody speaks again is left out, so
 * that it is no pause in the answer. Nothing that may be speech is lost: of a voice too low to be told from silence all
 * is passed on, only later.
 */
import { RATE } from "./protocol";

/** What of the silence before the first word is passed on, and how long silence is held back, in samples. */
const BEFORE_SPEECH = RATE * 0.5;
const LONGEST = RATE * 8;

export class AfterBreak {
  private held: Int16Array[] | null = null;

  begin(): void {
    this.held ??= [];
  }

  /** What is to be sent of the sound so far, now that there are these samples. */
  pass(samples: Int16Array, isLoud: boolean): Int16Array[] {
    if (this.held === null) return [samples];
    this.held.push(samples);
    const count = this.held.reduce((sum, piece) => sum + piece.length, 0);
    if (!isLoud && count < LONGEST) return [];
    const held = this.end();
    let spare = isLoud ? count - samples.length - BEFORE_SPEECH : 0;
    while (held.length > 1 && spare >= (held[0]?.length ?? 0)) spare -= held.shift()?.length ?? 0;
    return held;
  }

  /** Ends it; what was held back. */
  end(): Int16Array[] {
    const held = this.held ?? [];
    this.held = null;
    return held;
  }
}
