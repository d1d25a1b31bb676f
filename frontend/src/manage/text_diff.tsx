import { diffWords } from "diff";
import { useMemo } from "react";

/** What was taken out of a text and what was added. */
export function TextDiff({ before, after }: { before: string; after: string }) {
  const parts = useMemo(() => diffWords(before, after), [before, after]);
  return (
    <p className="max-w-prose leading-7 break-words whitespace-pre-wrap">
      {parts.map((part, place) =>
        part.added ? (
          <ins key={place} className="bg-voice-soft text-voice decoration-2 underline-offset-4">
            {part.value}
          </ins>
        ) : part.removed ? (
          <del key={place} className="bg-rec-soft text-rec">
            {part.value}
          </del>
        ) : (
          part.value
        ),
      )}
    </p>
  );
}
