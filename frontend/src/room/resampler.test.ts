import { describe, expect, test } from "vitest";
import { Resampler, toPcm } from "./resampler";

/** One second of a tone through the resampler in pieces of 128 samples, as a browser gives them, without its edges. */
function resampled(rate: number, hertz: number): Float32Array {
  const resampler = new Resampler(rate, 16_000);
  const out: number[] = [];
  for (let at = 0; at < rate; at += 128) {
    out.push(...resampler.push(Float32Array.from({ length: 128 }, (_, place) => 0.5 * Math.sin((2 * Math.PI * hertz * (at + place)) / rate))));
  }
  return Float32Array.from(out.slice(800, 15_200));
}

const power = (samples: Float32Array) => samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
const decibels = (ratio: number) => 10 * Math.log10(ratio + 1e-12);

describe.each([16_000, 44_100, 48_000, 96_000])("from %i Hz", (rate) => {
  test("speech keeps its loudness", () => {
    for (const hertz of [200, 1000, 3400, 6000]) expect(Math.abs(decibels(power(resampled(rate, hertz)) / 0.125))).toBeLessThan(0.3);
  });
  test("a second stays a second", () => {
    const resampler = new Resampler(rate, 16_000);
    let made = 0;
    for (let at = 0; at < rate; at += 128) made += resampler.push(new Float32Array(128)).length;
    expect(Math.abs(made - 16_000)).toBeLessThan(80);
  });
});

test.each([44_100, 48_000, 96_000])("from %i Hz nothing above 8 kHz folds back", (rate) => {
  for (const hertz of [9500, 12_000]) expect(decibels(power(resampled(rate, hertz)) / 0.125)).toBeLessThan(-50);
});

test("the loudest samples fit into 16 bits", () => {
  expect([...toPcm(new Float32Array([1, -1, 0]))]).toEqual([32_767, -32_767, 0]);
});
