/** The sound of the present answer: numbered, and kept until the server has it on disk. */
export type Piece = { first: number; samples: Int16Array };

/** What is kept at most while the server is away: five minutes. More is dropped from the front. */
const MOST_SAMPLES = 5 * 60 * 16_000;

export class Outbox {
  private pieces: Piece[] = [];
  private end = 0;
  private kept = 0;

  /** The number that the next sample gets. */
  get next(): number {
    return this.end;
  }

  /** Another answer: samples count from 0 again. */
  clear(): void {
    this.pieces = [];
    this.end = this.kept = 0;
  }

  /** What an earlier page kept of this answer, in order. */
  restore(pieces: readonly Piece[]): void {
    this.pieces = [...pieces];
    const last = pieces.at(-1);
    this.end = last ? last.first + last.samples.length : 0;
    this.kept = pieces.reduce((sum, piece) => sum + piece.samples.length, 0);
  }

  /** Adds samples; returns them with their number. */
  push(samples: Int16Array): Piece {
    const piece = { first: this.end, samples };
    this.end += samples.length;
    this.kept += samples.length;
    this.pieces.push(piece);
    if (this.kept > MOST_SAMPLES) this.shift();
    return piece;
  }

  /** The server has everything before sample `next`. */
  acknowledged(next: number): void {
    for (let piece = this.pieces[0]; piece && piece.first + piece.samples.length <= next; piece = this.pieces[0]) this.shift();
  }

  /**
   * What to send after a break, when the server goes on at sample `next`. Sound that neither side has any more is left
   * out: what follows it then moves up, because the server takes no gap.
   */
  from(next: number): readonly Piece[] {
    this.acknowledged(next);
    let expected = Math.min(next, this.pieces[0]?.first ?? next);
    this.pieces = this.pieces.map((piece) => {
      const moved = piece.first > expected ? { ...piece, first: expected } : piece;
      expected = moved.first + moved.samples.length;
      return moved;
    });
    this.end = this.pieces.length > 0 ? expected : next;
    return this.pieces;
  }

  private shift(): void {
    this.kept -= this.pieces.shift()?.samples.length ?? 0;
  }
}
