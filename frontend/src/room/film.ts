/** Films one answer. Its pieces are kept as they come, so that a refresh loses a second at most. */
import { keep, type KeptFilm } from "./database";
import { filmType } from "./film_type";
import { sendFilm } from "./films";

const PIECE_MS = 1000;
/** Shorter ones show nothing: somebody typed after all, or paused at once. */
const SHORTEST_MS = 1500;
const RATES = { videoBitsPerSecond: 600_000, audioBitsPerSecond: 48_000 };

export class Film {
  private readonly kept: KeptFilm;
  private readonly chunks: Blob[] = [];
  private readonly recorder: MediaRecorder;
  private readonly sound: MediaStreamTrack[];
  private readonly began = performance.now();

  constructor(session: string, question: string, token: string | undefined, picture: MediaStream, sound: MediaStream | undefined) {
    this.sound = (sound?.getAudioTracks() ?? []).map((track) => track.clone());
    const type = filmType();
    this.recorder = new MediaRecorder(new MediaStream([...picture.getVideoTracks(), ...this.sound]), { mimeType: type, ...RATES });
    this.kept = { id: crypto.randomUUID(), session, question, type: this.recorder.mimeType, upload: null, at: Date.now() };
    void keep("films", [this.kept]);
    this.recorder.ondataavailable = ({ data }) => {
      if (data.size === 0) return;
      this.chunks.push(data);
      void keep("chunks", [{ film: this.kept.id, session, chunk: data, at: Date.now() }]);
    };
    this.recorder.onstop = () => {
      for (const track of this.sound) track.stop();
      const tooShort = performance.now() - this.began < SHORTEST_MS;
      sendFilm(this.kept, tooShort ? null : new Blob(this.chunks, { type: this.kept.type.split(";")[0] }), token);
    };
    this.recorder.start(PIECE_MS);
  }

  /** Whether it hears. */
  hear(on: boolean): void {
    for (const track of this.sound) track.enabled = on;
  }

  /** Ends it and has it sent. */
  stop(): void {
    if (this.recorder.state !== "inactive") this.recorder.stop();
  }
}
