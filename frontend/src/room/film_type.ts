/** As what this browser can record a film: WebM where it can, MP4 in Safari. */
const TYPES = [
  "video/webm;codecs=vp8,opus",
  "video/webm;codecs=vp9,opus",
  "video/webm;codecs=h264,opus",
  "video/webm",
  "video/mp4;codecs=avc1.42E01E,mp4a.40.2",
  "video/mp4",
];

/** The first type that fits; undefined where no film can be recorded. */
export function filmType(can: (type: string) => boolean = canRecord): string | undefined {
  return TYPES.find(can);
}

function canRecord(type: string): boolean {
  return typeof MediaRecorder !== "undefined" && MediaRecorder.isTypeSupported(type);
}
