import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "@/api/client";
import { interviews } from "@/api/queries";
import { report as t } from "@/text";
import { Part } from "./part";

type Media = Schemas["MediaOut"];
/** How long after a recording what was seen in it may still come, in ms. */
const PATIENCE = 3 * 60_000;

/** The films of an answer, and what was seen in them. Nothing where there is none. */
export function Films({ sessionId, questionId }: { sessionId: string; questionId: string }) {
  const found = useQuery({
    ...interviews.recordings(sessionId),
    refetchInterval: (query) => (query.state.data?.recordings.some(isUnderWay) ? 3000 : false),
  });
  const films = (found.data?.recordings ?? []).filter((one) => one.kind === "video" && one.question_id === questionId);
  return films.map((film, place) => (
    <Part key={film.id} title={films.length > 1 ? t.films(place + 1, films.length) : t.film} aside={film.visual && t.filmCoaching}>
      <Film film={film} />
    </Part>
  ));
}

function isUnderWay(media: Media): boolean {
  const young = Date.now() - new Date(media.created_at).getTime() < PATIENCE;
  return media.kind === "video" && young && media.status !== "failed" && (media.status !== "completed" || media.visual === null);
}

function Film({ film: { status, url, thumbnail_url: poster, visual } }: { film: Media }) {
  if (status === "failed") return <p className="text-muted">{t.filmFailed}</p>;
  if (status !== "completed") return <p className="text-muted">{t.filmWaits}</p>;
  return (
    <div className="flex items-start gap-5 max-sm:flex-col">
      <video controls playsInline preload="metadata" src={url} poster={poster ?? undefined} aria-label={t.film} className="aspect-4/3 w-full max-w-80 shrink-0 rounded-card bg-sunken" />
      {visual && <Seen visual={visual} />}
    </div>
  );
}

function Seen({ visual: { face, looking_at_camera: looking } }: { visual: Schemas["VisualOut"] }) {
  if (face === null || face === 0) return <p className="text-muted">{t.filmNobody}</p>;
  return (
    <p className="text-muted">
      {t.filmSeen(face)} {looking && (looking.share === null ? t.filmLookedBetween(looking.at_least, looking.at_most) : t.filmLooked(looking.share))}
    </p>
  );
}
