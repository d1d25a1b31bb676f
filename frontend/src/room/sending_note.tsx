import { Video } from "lucide-react";
import { useEffect } from "react";
import { Note } from "@/components/page";
import { room as t } from "@/text";
import { useSending } from "./films";

/** How far the films of an interview are on their way; nothing when none is. */
export function SendingNote({ session, className }: { session: string; className?: string }) {
  const sending = useSending(session);
  const going = sending.some((one) => !one.failed);
  useEffect(() => {
    if (!going) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [going]);
  if (sending.length === 0) return null;
  const share = sending.reduce((sum, one) => sum + (one.failed ? 1 : one.sent), 0) / sending.length;
  return (
    <div role="status" className={className}>
      <Note tone={going ? "primary" : "caution"} className="flex items-center gap-3">
        <Video aria-hidden className="size-5 shrink-0" />
        {going ? t.sendingFilm(share) : t.filmNotSent}
      </Note>
    </div>
  );
}
