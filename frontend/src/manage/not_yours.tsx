import { LockKeyhole } from "lucide-react";
import { ButtonLink } from "@/components/button";
import { useTitle } from "@/components/page";
import { Empty } from "@/components/states";
import { common as t } from "@/text";

/** What somebody sees at an address that is for others. */
export function NotYours({ needed }: { needed: string }) {
  useTitle(t.notYours);
  return (
    <div className="mx-auto max-w-5xl py-12">
      <Empty heading="h1" icon={LockKeyhole} title={t.notYours} text={t.notYoursHelp(needed)}>
        <ButtonLink to="/home">{t.goHome}</ButtonLink>
      </Empty>
    </div>
  );
}
