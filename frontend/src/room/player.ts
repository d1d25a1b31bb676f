/** Plays the interviewer's sentences one after the other. */
export class Player {
  private queue: string[] = [];
  private audio: HTMLAudioElement | null = null;
  private waiting: (() => void)[] = [];

  constructor(private readonly changed: (playing: boolean) => void) {}

  get isPlaying(): boolean {
    return this.audio !== null;
  }

  add(url: string): void {
    this.queue.push(url);
    if (!this.audio) this.next();
  }

  /** Stops now, and forgets what was still to come. */
  stop(): void {
    this.queue = [];
    this.audio?.pause();
    this.finish();
  }

  /** Waits until nothing is played, at most for some seconds. */
  async quiet(seconds: number): Promise<void> {
    if (!this.audio) return;
    await Promise.race([new Promise<void>((resolve) => this.waiting.push(resolve)), new Promise((resolve) => setTimeout(resolve, seconds * 1000))]);
  }

  private next(): void {
    const url = this.queue.shift();
    if (url === undefined) {
      this.finish();
      return;
    }
    const audio = (this.audio = new Audio(url));
    const goOn = () => {
      if (this.audio === audio) this.next();
    };
    audio.onended = goOn;
    audio.onerror = goOn; // a sentence that cannot be played stands on the screen
    audio.play().catch(goOn);
    this.changed(true);
  }

  private finish(): void {
    const played = this.audio !== null;
    this.audio = null;
    for (const resolve of this.waiting.splice(0)) resolve();
    if (played) this.changed(false);
  }
}
