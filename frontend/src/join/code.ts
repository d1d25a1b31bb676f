/** Access codes as people write them. */
const LENGTH = 8;
const MISTAKEN = ["0", "O", "1", "I"];

/** The code without what does not matter. */
export function codeOf(written: string): string {
  return written.toUpperCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/** In groups of four, as it is easier to compare. */
export function grouped(written: string): string {
  const code = codeOf(written).slice(0, 2 * LENGTH);
  return code.length > 4 ? `${code.slice(0, 4)} ${code.slice(4)}` : code;
}

/** What is wrong before anybody is asked: letters that no code has, or the length. */
export function wrongWith(written: string): { letters: string[] } | "length" | null {
  const code = codeOf(written);
  const letters = MISTAKEN.filter((letter) => code.includes(letter));
  if (letters.length > 0) return { letters };
  return code.length === LENGTH ? null : "length";
}
