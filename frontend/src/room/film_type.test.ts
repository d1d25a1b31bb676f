import { expect, test } from "vitest";
import { filmType } from "./film_type";

test("WebM where it can be recorded, MP4 in Safari, nothing where no film can be", () => {
  expect(filmType((type) => type.startsWith("video/webm"))).toBe("video/webm;codecs=vp8,opus");
  expect(filmType((type) => type.startsWith("video/mp4"))).toMatch(/^video\/mp4/);
  expect(filmType((type) => type === "video/webm;codecs=h264,opus")).toBe("video/webm;codecs=h264,opus");
  expect(filmType(() => false)).toBeUndefined();
});
