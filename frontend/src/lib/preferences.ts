/** What somebody likes on this device. */
const CAPTIONS = "greenroom.captions";

export function captionsWanted(): boolean {
  return localStorage.getItem(CAPTIONS) !== "off";
}

export function wantCaptions(on: boolean): void {
  localStorage.setItem(CAPTIONS, on ? "on" : "off");
}
