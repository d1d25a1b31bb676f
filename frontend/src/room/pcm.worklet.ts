/** Runs beside the page: takes the microphone's sound as it comes and hands over 40 ms of it at a time, at 16 kHz. */
import { Resampler, toPcm } from "./resampler";

declare const sampleRate: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

const RATE = 16_000;
const FRAME = 640;

class Pcm extends AudioWorkletProcessor {
  private readonly resampler = new Resampler(sampleRate, RATE);
  private readonly frame = new Float32Array(FRAME);
  private filled = 0;

  process([channels]: Float32Array[][]): boolean {
    const [first] = channels ?? [];
    if (!channels || !first) return true;
    const mono = channels.length === 1 ? first : first.map((_, place) => channels.reduce((sum, channel) => sum + (channel[place] ?? 0), 0) / channels.length);
    for (const sample of this.resampler.push(mono)) {
      this.frame[this.filled++] = sample;
      if (this.filled === FRAME) this.emit();
    }
    return true;
  }

  private emit(): void {
    const samples = toPcm(this.frame);
    const rms = Math.sqrt(this.frame.reduce((sum, sample) => sum + sample * sample, 0) / FRAME);
    this.port.postMessage({ samples, rms }, [samples.buffer]);
    this.filled = 0;
  }
}

registerProcessor("pcm", Pcm);
