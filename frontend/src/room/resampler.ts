/**
 * Brings sound to another rate: a windowed sinc (Blackman), with 16 zero crossings on each side and a cut below the lower
 * of both Nyquist frequencies, so that nothing folds back into speech.
 */
const CROSSINGS = 16;
const PHASES = 256;
const ROLL_OFF = 0.92;

export class Resampler {
  private readonly step: number;
  private readonly half: number;
  private readonly table: Float32Array;
  private held: Float32Array;
  private length: number;
  private position: number;

  /** Rates in Hz. */
  constructor(from: number, to: number) {
    this.step = from / to;
    const cut = Math.min(1, to / from) * ROLL_OFF;
    this.half = Math.ceil(CROSSINGS / cut);
    this.table = kernel(this.half, cut);
    this.held = new Float32Array(16_384);
    this.length = this.half; // silence before the first sample
    this.position = this.half;
  }

  /** The next samples, from -1 to 1, that these make possible. */
  push(samples: Float32Array): Float32Array {
    this.hold(samples);
    const out = new Float32Array(Math.max(0, Math.ceil((this.length - this.half - this.position) / this.step)));
    let made = 0;
    for (; this.position + this.half < this.length; this.position += this.step) out[made++] = this.at(this.position);
    return out.subarray(0, made);
  }

  private at(position: number): number {
    const centre = Math.floor(position);
    let sum = 0;
    for (let place = centre - this.half + 1; place <= centre + this.half; place++) {
      const distance = Math.abs(place - position) * PHASES;
      const before = Math.floor(distance);
      const low = this.table[before] ?? 0;
      sum += (this.held[place] ?? 0) * (low + ((this.table[before + 1] ?? 0) - low) * (distance - before));
    }
    return Math.max(-1, Math.min(1, sum));
  }

  private hold(samples: Float32Array): void {
    if (this.length + samples.length > this.held.length) {
      const drop = Math.floor(this.position) - this.half;
      this.held.copyWithin(0, drop, this.length);
      this.length -= drop;
      this.position -= drop;
    }
    this.held.set(samples, this.length);
    this.length += samples.length;
  }
}

function kernel(half: number, cut: number): Float32Array {
  const table = new Float32Array(half * PHASES + 2);
  for (let place = 0; place <= half * PHASES; place++) {
    const x = place / PHASES;
    const angle = Math.PI * x * cut;
    const window = 0.42 + 0.5 * Math.cos((Math.PI * x) / half) + 0.08 * Math.cos((2 * Math.PI * x) / half);
    table[place] = cut * (place ? Math.sin(angle) / angle : 1) * window;
  }
  return table;
}

/** Samples from -1 to 1 as 16-bit integers. */
export function toPcm(samples: Float32Array): Int16Array {
  return Int16Array.from(samples, (sample) => Math.round(sample * 32_767));
}
