/** Whose help to show when the microphone is blocked: browsers hide the permission in different places. */
export function helpFor(userAgent: string): "chrome" | "edge" | "firefox" | "safari" | "other" {
  if (/Edg\//.test(userAgent)) return "edge";
  if (/Firefox\//.test(userAgent)) return "firefox";
  if (/Chrom(e|ium)\//.test(userAgent)) return "chrome";
  return /Safari\//.test(userAgent) ? "safari" : "other";
}
