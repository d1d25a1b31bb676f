/** Films on their way to the server: beside everything else, after a break or a refresh from where it was. */
import { useSyncExternalStore } from "react";
import { forget, keep, kept, type KeptFilm } from "./database";

/** `sent` from 0 to 1; what failed for good stays, so that it can be told. */
export type Sending = { id: string; session: string; question: string; sent: number; failed: boolean };

let all: readonly Sending[] = [];
const listeners = new Set<() => void>();
let last: Promise<unknown> = Promise.resolve();

function change(id: string, next: Partial<Sending> | null): void {
  all = next === null ? all.filter((one) => one.id !== id) : all.map((one) => (one.id === id ? { ...one, ...next } : one));
  for (const listener of listeners) listener();
}

/** Has a film sent, after those before it. Null: it is nothing, and forgotten. */
export function sendFilm(film: KeptFilm, content: Blob | null, token: string | undefined): void {
  if (!content || content.size === 0) {
    void drop(film.id);
    return;
  }
  all = [...all.filter((one) => one.id !== film.id), { id: film.id, session: film.session, question: film.question, sent: 0, failed: false }];
  for (const listener of listeners) listener();
  last = last.then(async () => {
    try {
      const { upload } = await import("./send_film");
      await upload(film, content, token, {
        began: (address) => void keep("films", [{ ...film, upload: address }]),
        progress: (sent) => change(film.id, { sent }),
      });
      change(film.id, null);
      await drop(film.id);
    } catch {
      change(film.id, { failed: true });
      await drop(film.id);
    }
  });
}

/** Sends what an earlier page filmed in this interview and could not send. */
export async function sendLeftFilms(session: string, token: string | undefined): Promise<void> {
  for (const film of await kept("films", "session", session)) {
    if (all.some((one) => one.id === film.id)) continue;
    const chunks = await kept("chunks", "film", film.id);
    const content = new Blob(chunks.map(({ chunk }) => chunk), { type: film.type.split(";")[0] });
    sendFilm(film, chunks.length > 1 ? content : null, token);
  }
}

async function drop(id: string): Promise<void> {
  await forget("chunks", "film", id);
  await forget("films", null, "", (film) => film.id === id);
}

/** The films of an interview that are on their way. */
export function useSending(session: string): readonly Sending[] {
  const found = useSyncExternalStore(subscribe, () => all);
  return found.filter((one) => one.session === session);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
