import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "@/api/client";
import { Button } from "@/components/button";
import { Card, Heading } from "@/components/page";
import { Failure, Loading } from "@/components/states";
import { moment } from "@/lib/format";
import { conducted as text } from "@/text";
import { conducted as queries } from "./queries";

const t = text.one;
type Moment = Schemas["MomentOut"];
const CONSENTS: Record<string, string> = t.consents;
const DECISIONS: Record<string, string> = t.decisions;

/** What happened in an interview, oldest first. It is asked for by a click: reading it is noted. */
export function Timeline({ sessionId }: { sessionId: string }) {
  const [shown, show] = useState(false);
  const found = useQuery({ ...queries.timeline(sessionId), enabled: shown });
  return (
    <Card>
      <Heading flush={!shown}>{t.timeline}</Heading>
      {!shown ? (
        <Button variant="outline" className="mt-3" onClick={() => show(true)}>
          {t.timelineShow}
        </Button>
      ) : found.isError ? (
        <Failure error={found.error} retry={() => void found.refetch()} />
      ) : !found.data ? (
        <Loading lines={8} />
      ) : (
        <ol className="flex flex-col">
          {found.data.map((one, place) => (
            <li key={`${one.at} ${place}`} className="relative flex gap-4 pb-5 last:pb-0">
              <span aria-hidden className="relative mt-2 size-2 shrink-0 rounded-full bg-edge" />
              {place < found.data.length - 1 && <span aria-hidden className="absolute top-5 bottom-0 left-[3.5px] w-px bg-line" />}
              <div className="min-w-0">
                <p className="break-words">
                  <span className="font-medium">{titleOf(one)}</span> <span className="text-muted">{detailOf(one)}</span>
                </p>
                <p className="tabular text-sm text-muted">{[moment(one.at), one.what !== "said" && one.who].filter(Boolean).join(" · ")}</p>
              </div>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

function titleOf({ what, text, who, question_number: number }: Moment): string {
  const happened = what === "said" && who !== null ? t.interviewerSaid : t.happenings[what]; // only of the candidate no name is told
  const title = what === "accessed" ? (t.accesses[text] ?? happened) : happened;
  return number === null ? title : `${title}, ${t.onQuestion(number)}`;
}

/** What else is known; names of the server's own are put into words or left out. */
function detailOf({ what, text }: Moment): string {
  if (what === "answered") return t.answerKinds[text] ?? "";
  if (what === "consent_given") return text.split(", ").map((one) => CONSENTS[one] ?? one).join(", ");
  if (what === "report_written") return DECISIONS[text] ?? "";
  if (what === "accessed" || what === "created") return "";
  return text.length > 240 ? `${text.slice(0, 240).trimEnd()} …` : text;
}
