/** One film by the tus protocol; loaded when there is one. */
import { Upload } from "tus-js-client";
import { address } from "@/api/base";
import { refreshLogin } from "@/api/client";
import type { KeptFilm } from "./database";

/** How long to wait after each failure in a row, in ms: a network that is gone may take minutes to come back. */
const WAITS = [500, 1000, 2000, 4000, 8000, 8000, 15_000, 15_000, 30_000, 30_000, 60_000, 60_000, 60_000];
/** So much is in the air at most; the server keeps what came before a break. */
const CHUNK = 2 * 1024 * 1024;

export function upload(film: KeptFilm, content: Blob, token: string | undefined, told: { began: (address: string) => void; progress: (sent: number) => void }): Promise<void> {
  return new Promise((resolve, reject) => {
    const sending = new Upload(content, {
      endpoint: address("/api/v1/uploads"),
      uploadUrl: film.upload,
      metadata: { session_id: film.session, question_id: film.question },
      headers: token ? { Authorization: `Bearer ${token}` } : undefined,
      retryDelays: WAITS,
      chunkSize: CHUNK,
      storeFingerprintForResuming: false,
      removeFingerprintOnSuccess: true,
      onUploadUrlAvailable: () => sending.url && told.began(sending.url),
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0;
        if (status === 401 && !token) void refreshLogin();
        return status < 400 || status === 401 || status === 409 || status === 423 || status === 429 || status >= 500;
      },
      onProgress: (sent, total) => told.progress(total ? sent / total : 0),
      onSuccess: () => resolve(),
      onError: reject,
    });
    sending.start();
  });
}
