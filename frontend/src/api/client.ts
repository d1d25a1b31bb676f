/** The generated client, with this page's way to log in: cookies that only the server reads. */
import createClient, { type Middleware } from "openapi-fetch";
import { BASE } from "./base";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
type ErrorBody = Schemas["ErrorEnvelope"]["error"];

/** An answer that says no; `type` is the stable name, `message` says what to do. */
export class ApiError extends Error {
  readonly status: number;
  readonly type: string;
  readonly fields: Record<string, string>;
  constructor(status: number, body?: Partial<ErrorBody>) {
    super(body?.message ?? "The server did not answer as expected.");
    this.status = status;
    this.type = body?.type ?? "internal_error";
    this.fields = Object.fromEntries((body?.details ?? []).map((detail) => [detail.field, detail.message]));
  }
}

/** No answer came: the network is away, or the server. */
export class NoConnection extends Error {
  constructor() {
    super("No connection to the server.");
  }
}

let refreshing: Promise<boolean> | null = null;

/** New cookies for the old ones; calls at the same time share one. False when the login is over. */
export function refreshLogin(): Promise<boolean> {
  refreshing ??= fetch(`${BASE}api/v1/web/refresh`, { method: "POST" })
    .then((answer) => answer.ok)
    .catch(() => false)
    .finally(() => {
      refreshing = null;
    });
  return refreshing;
}

/** fetch, once more after a refresh when the login was too old. */
async function fetchAsUser(request: Request): Promise<Response> {
  const again = request.clone();
  const answer = await connected(fetch(request));
  if (answer.status !== 401 || request.url.includes("/api/v1/web/")) return answer;
  return (await refreshLogin()) ? connected(fetch(again)) : answer;
}

async function connected(answer: Promise<Response>): Promise<Response> {
  try {
    return await answer;
  } catch {
    throw new NoConnection();
  }
}

const errors: Middleware = {
  async onResponse({ response }) {
    if (response.ok) return;
    const body = (await response.json().catch(() => undefined)) as { error?: ErrorBody } | undefined;
    throw new ApiError(response.status, body?.error);
  },
};

export const client = createClient<paths>({ baseUrl: BASE.replace(/\/$/, ""), fetch: fetchAsUser });
client.use(errors);

/** The `data` of an answer. Errors are thrown as ApiError or NoConnection. */
export async function data<T>(call: Promise<{ data?: { data: T } }>): Promise<T> {
  const { data: body } = await call;
  if (body === undefined) throw new ApiError(202, { message: "This takes longer than usual.", type: "unavailable" });
  return body.data;
}

/** As `data`, but asks again while the work goes on (202), for about two minutes. */
export async function finished<T>(call: () => Promise<{ data?: { data: T }; response: Response }>): Promise<T> {
  for (let tries = 0; ; tries++) {
    const { data: body, response } = await call();
    if (response.status !== 202 && body !== undefined) return body.data;
    if (tries === 20) throw new ApiError(202, { message: "This takes longer than usual. Try again in a minute.", type: "busy" as ErrorBody["type"] });
    await new Promise((resolve) => setTimeout(resolve, Math.min(5000, 500 * 2 ** tries)));
  }
}

/** A form with a file, with its progress from 0 to 1. fetch cannot tell of progress. */
export function upload<T>(path: string, file: File, progress: (share: number) => void, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", BASE + path.replace(/^\//, ""));
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onerror = () => reject(new NoConnection());
    request.onabort = () => reject(new DOMException("Stopped", "AbortError"));
    request.onload = () => {
      const body = request.response as { data: T; error?: ErrorBody } | null;
      if (request.status < 300 && body) resolve(body.data);
      else reject(new ApiError(request.status, body?.error));
    };
    signal?.addEventListener("abort", () => request.abort());
    const form = new FormData();
    form.append("file", file);
    request.send(form);
  });
}
