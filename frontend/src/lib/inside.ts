/** A path within the page, as it comes from an address; nothing for addresses that lead elsewhere. */
export function inside(path: unknown): string | undefined {
  return typeof path === "string" && /^\/[\w$-]/.test(path) && !path.includes("\\") ? path : undefined;
}
