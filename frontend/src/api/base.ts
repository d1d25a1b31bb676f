/** Under which path the server shows the page: the document says so. Ends with a slash. */
export const BASE = typeof document === "undefined" ? "/" : new URL(document.baseURI).pathname.replace(/[^/]*$/, "");

/** The address of a path of the API. */
export function address(path: string): string {
  return BASE + path.replace(/^\//, "");
}

/** The address of a WebSocket of the API. */
export function socketAddress(path: string): string {
  const url = new URL(address(path), location.origin);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
