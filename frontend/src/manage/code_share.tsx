import { Download, Mail } from "lucide-react";
import { Button, buttonClass } from "@/components/button";
import { CopyButton } from "@/components/copy_button";
import { TextArea, TextField } from "@/components/field";
import { Note } from "@/components/page";
import { toast } from "@/components/toast";
import { download } from "@/lib/download";
import { moment } from "@/lib/format";
import { manage } from "@/text";
import { isLocal } from "./code_table";
import { invitationOf } from "./invitation";
import { Qr, qrPng, qrSvg } from "./qr";
import type { Code, CodeSet } from "./queries";

const t = manage.codes;

/** A code as somebody hands it on: a picture to scan, its link, and an invitation to send. `active` is the active set. */
export function CodeShare({ code, active }: { code: Code; active: CodeSet | null }) {
  const { join_url: link } = code;
  const invitation = invitationOf(code, active);
  const mail = `mailto:?subject=${encodeURIComponent(t.invitationSubject)}&body=${encodeURIComponent(invitation)}`;
  const picture = () => qrPng(link).then((blob) => download(`${code.code}.png`, blob), () => toast(t.noPicture, "error"));
  return (
    <div className="flex flex-col gap-6">
      {isLocal(link) && <Note tone="caution">{t.onlyHere}</Note>}
      <div className="flex flex-col gap-3 sm:flex-row sm:items-end">
        <TextField label={t.link} readOnly value={link} className="flex-1" onFocus={(event) => event.target.select()} />
        <CopyButton text={link} label={t.copyLink(code.code)} variant="primary">
          {t.copy}
        </CopyButton>
      </div>
      <div className="flex flex-col gap-3">
        <TextArea label={t.invitationLabel} readOnly rows={12} value={invitation} onFocus={(event) => event.target.select()} />
        <div className="flex flex-wrap gap-3">
          <CopyButton text={invitation} label={t.copyInvitation} variant="outline">
            {t.copyInvitation}
          </CopyButton>
          <a href={mail} className={buttonClass({ variant: "outline" })}>
            <Mail aria-hidden className="size-4" />
            {t.mail}
          </a>
        </div>
      </div>
      <div className="flex flex-wrap items-center gap-5">
        <div className="w-32 shrink-0">
          <Qr text={link} label={t.qrAlt(link)} />
        </div>
        <div className="flex flex-1 basis-48 flex-col gap-3">
          <p className="text-sm text-muted">{t.qrText}</p>
          <div className="flex flex-wrap gap-3">
            <Button variant="outline" onClick={() => void picture()}>
              <Download aria-hidden className="size-4" />
              PNG
            </Button>
            <Button variant="outline" onClick={() => download(`${code.code}.svg`, qrSvg(link))}>
              <Download aria-hidden className="size-4" />
              SVG
            </Button>
          </div>
        </div>
      </div>
      <p className="text-sm text-muted">{code.expires_at ? t.goodUntil(moment(code.expires_at)) : t.goodForever}</p>
    </div>
  );
}
