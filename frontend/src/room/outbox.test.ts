import { expect, test } from "vitest";
import { Outbox } from "./outbox";
import { frame } from "./protocol";

const sound = (length: number) => new Int16Array(length).fill(7);
const places = (outbox: Outbox, next: number) => outbox.from(next).map((piece) => [piece.first, piece.samples.length]);

test("samples are numbered one after the other", () => {
  const outbox = new Outbox();
  expect([outbox.push(sound(640)).first, outbox.push(sound(640)).first, outbox.next]).toEqual([0, 640, 1280]);
});

test("what the server has is forgotten, what it may not have is kept", () => {
  const outbox = new Outbox();
  for (let piece = 0; piece < 3; piece++) outbox.push(sound(100));
  outbox.acknowledged(150);
  expect(places(outbox, 150)).toEqual([
    [100, 100],
    [200, 100],
  ]);
});

test("after a break everything is sent that was said meanwhile", () => {
  const outbox = new Outbox();
  outbox.push(sound(100));
  outbox.acknowledged(100);
  outbox.push(sound(100));
  outbox.push(sound(100));
  expect(places(outbox, 100)).toEqual([
    [100, 100],
    [200, 100],
  ]);
});

test("after a refresh the numbers go on where the server is", () => {
  const outbox = new Outbox();
  expect(places(outbox, 16_000)).toEqual([]);
  expect(outbox.push(sound(10)).first).toBe(16_000);
});

test("sound that nobody has any more leaves no gap", () => {
  const outbox = new Outbox();
  outbox.push(sound(100));
  outbox.acknowledged(100);
  outbox.push(sound(50));
  expect(places(outbox, 40)).toEqual([[40, 50]]);
  expect(outbox.next).toBe(90);
});

test("a long break keeps the last five minutes", () => {
  const outbox = new Outbox();
  for (let second = 0; second < 400; second++) outbox.push(sound(16_000));
  expect(outbox.from(0).length).toBe(300);
});

test("a frame begins with the number of its first sample, little-endian", () => {
  const view = new DataView(frame(70_000, new Int16Array([1, -2])));
  expect([view.byteLength, Number(view.getBigUint64(0, true)), view.getInt16(8, true), view.getInt16(10, true)]).toEqual([12, 70_000, 1, -2]);
});

test("what an earlier page kept is sent before what is said now, without a gap where a moment was lost", () => {
  const outbox = new Outbox();
  outbox.restore([
    { first: 100, samples: sound(100) },
    { first: 260, samples: sound(100) },
  ]);
  expect(places(outbox, 100)).toEqual([
    [100, 100],
    [200, 100],
  ]);
  expect(outbox.push(sound(10)).first).toBe(300);
});
