/** The microphone: opened once, heard in frames of 40 ms at 16 kHz with their loudness. */
import workletUrl from "./pcm.worklet.ts?worker&url";

export type Problem = "insecure" | "unsupported" | "denied" | "missing" | "busy" | "lost" | "other";
/** `rms` is the loudness from 0 to 1. */
export type Heard = (samples: Int16Array, rms: number) => void;

/** Opening it did not work, and why. */
export class MicrophoneError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem);
    this.problem = problem;
  }
}

/** What speaks against asking for it at all; asking would tell less. */
export function obstacle(): Problem | undefined {
  if (!window.isSecureContext) return "insecure";
  if (!navigator.mediaDevices?.getUserMedia || typeof AudioWorkletNode === "undefined") return "unsupported";
  return undefined;
}

export function problemOf(error: unknown): Problem {
  switch (error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "missing";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    default:
      return "other";
  }
}

export class Microphone {
  private readonly listeners = new Set<Heard>();
  private constructor(
    readonly stream: MediaStream,
    private readonly context: AudioContext,
  ) {}

  /** Asks the person, so call it after a click. MicrophoneError when it cannot be had. */
  static async open(deviceId: string | undefined, lost: () => void): Promise<Microphone> {
    const problem = obstacle();
    if (problem) throw new MicrophoneError(problem);
    const device = deviceId ? { exact: deviceId } : undefined;
    const context = new AudioContext(); // at its own rate: Safari cannot bring a microphone to another
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: { deviceId: device, channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      });
      const microphone = new Microphone(stream, context);
      await microphone.connect(lost);
      return microphone;
    } catch (error) {
      void context.close();
      throw new MicrophoneError(problemOf(error));
    }
  }

  get deviceId(): string | undefined {
    return this.stream.getAudioTracks()[0]?.getSettings().deviceId;
  }

  /** Calls back with every frame until the returned function is called. */
  listen(heard: Heard): () => void {
    this.listeners.add(heard);
    return () => this.listeners.delete(heard);
  }

  close(): void {
    for (const track of this.stream.getTracks()) track.stop();
    if (this.context.state !== "closed") void this.context.close();
  }

  private async connect(lost: () => void): Promise<void> {
    await this.context.audioWorklet.addModule(workletUrl);
    await this.context.resume();
    const node = new AudioWorkletNode(this.context, "pcm", { numberOfInputs: 1, numberOfOutputs: 0 });
    node.port.onmessage = ({ data }: MessageEvent<{ samples: Int16Array; rms: number }>) => {
      for (const heard of this.listeners) heard(data.samples, data.rms);
    };
    this.context.createMediaStreamSource(this.stream).connect(node);
    for (const track of this.stream.getAudioTracks()) track.addEventListener("ended", lost);
  }
}

/** Microphones to choose from; browsers name them only after the person has said yes. */
export async function microphones(): Promise<readonly (readonly [id: string, name: string])[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((device) => device.kind === "audioinput" && device.label).map((device) => [device.deviceId, device.label] as const);
}

/** A WAV file of samples at 16 kHz. */
export function wav(pieces: readonly Int16Array[], rate = 16_000): Blob {
  const length = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  const header = new DataView(new ArrayBuffer(44));
  const text = (at: number, letters: string) => [...letters].forEach((letter, place) => header.setUint8(at + place, letter.charCodeAt(0)));
  text(0, "RIFF");
  header.setUint32(4, 36 + length, true);
  text(8, "WAVEfmt ");
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true);
  header.setUint16(22, 1, true);
  header.setUint32(24, rate, true);
  header.setUint32(28, rate * 2, true);
  header.setUint16(32, 2, true);
  header.setUint16(34, 16, true);
  text(36, "data");
  header.setUint32(40, length, true);
  return new Blob([header.buffer, ...pieces.map((piece) => piece.slice().buffer)], { type: "audio/wav" });
}
