/** Films the answers while the camera is on. */
import { useEffect, useRef } from "react";
import type { Camera } from "./camera";
import type { Film } from "./film";
import { sendLeftFilms } from "./films";
import type { Microphone } from "./microphone";

export function useFilm(session: string, token: string | undefined, means: { camera: Camera | null; microphone: Microphone | null }, question: string | null, { rolling, hears }: { rolling: boolean; hears: boolean }): void {
  const { camera, microphone } = means;
  const film = useRef<Film | null>(null);
  const hearing = useRef(hears);
  hearing.current = hears;
  useEffect(() => void sendLeftFilms(session, token), [session, token]);
  useEffect(() => {
    if (!camera || !question || !rolling) return;
    let over = false;
    void Promise.all([import("./film"), import("./send_film")]).then(([{ Film }]) => {
      if (over) return;
      film.current = new Film(session, question, token, camera.stream, microphone?.stream);
      film.current.hear(hearing.current);
    });
    return () => {
      over = true;
      film.current?.stop();
      film.current = null;
    };
  }, [session, token, camera, microphone, question, rolling]);
  useEffect(() => film.current?.hear(hears), [hears]);
}
