import { minutes, momentWithZone } from "@/lib/format";
import { manage } from "@/text";
import type { Code, CodeSet } from "./queries";

/** What is sent to the candidate of a code. `active` is the set that is asked where the code names none. */
export function invitationOf(code: Pick<Code, "candidate_name" | "join_url" | "code" | "expires_at" | "question_set">, active: CodeSet | null): string {
  const asked = code.question_set ?? active;
  return manage.codes.invitation({
    name: code.candidate_name,
    link: code.join_url,
    code: code.code,
    until: code.expires_at && momentWithZone(code.expires_at),
    length: asked && { questions: asked.question_count, time: minutes(Math.ceil(asked.answer_seconds / 60)) },
  });
}
