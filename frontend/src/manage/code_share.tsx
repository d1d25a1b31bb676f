import { CopyButton } from "@/components/copy_button";
import { TextField } from "@/components/field";
import { Note } from "@/components/page";
import { manage } from "@/text";
import { isLocal } from "./code_table";
import { Qr } from "./qr";
import type { Code } from "./queries";

const t = manage.codes;

/** A code as somebody hands it on: its link, and a picture to scan. */
export function CodeShare({ code }: { code: Code }) {
  return (
    <div className="flex flex-col items-center gap-5">
      <Qr text={code.join_url} label={t.qrAlt(code.join_url)} />
      <p className="tabular font-mono text-lg font-semibold tracking-widest">{code.code}</p>
      <p className="max-w-sm text-center text-sm text-muted">{t.qrText}</p>
      {isLocal(code.join_url) && <Note tone="caution">{t.onlyHere}</Note>}
      <div className="flex w-full flex-col gap-3 sm:flex-row sm:items-end">
        <TextField label={t.link} readOnly value={code.join_url} className="flex-1" onFocus={(event) => event.target.select()} />
        <CopyButton text={code.join_url} label={t.copyLink(code.code)} variant="primary">
          {t.copy}
        </CopyButton>
      </div>
    </div>
  );
}
