/** What somebody likes on this device. */
const CAPTIONS = "greenroom.captions";

const END = "greenroom.end_of_answer";

/** Who ends a spoken answer: the one who speaks, with a button, or a short silence. */
export type EndOfAnswer = "candidate" | "silence";

export function endOfAnswer(): EndOfAnswer {
  return localStorage.getItem(END) === "silence" ? "silence" : "candidate";
}

export function chooseEndOfAnswer(end: EndOfAnswer): void {
  localStorage.setItem(END, end);
}

export function captionsWanted(): boolean {
  return localStorage.getItem(CAPTIONS) !== "off";
}

export function wantCaptions(on: boolean): void {
  localStorage.setItem(CAPTIONS, on ? "on" : "off");
}
