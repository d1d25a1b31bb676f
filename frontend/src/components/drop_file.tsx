import { FileText, Upload, X } from "lucide-react";
import { useId, useState } from "react";
import { cn } from "@/lib/cn";
import { bytes } from "@/lib/format";
import { common } from "@/text";
import { Button } from "./button";

/** A place for one file: dropped, or chosen with a click or the keyboard. `status` says how far it is. */
export function DropFile({ label, optional = true, prompt, kinds, accept, file, status, progress, error, onFile }: { label: string; optional?: boolean; prompt: string; kinds: string; accept: string; file: File | null; status?: string; progress?: number | null; error?: string; onFile: (file: File | null) => void }) {
  const id = useId();
  const [over, setOver] = useState(false);
  return (
    <div className="flex flex-col gap-1.5">
      <span id={id} className="text-sm font-medium">
        {label} {optional && <span className="font-normal text-muted">{common.optional}</span>}
      </span>
      {file ? (
        <div className="flex min-h-24 items-center gap-4 rounded-card border border-line bg-surface p-4">
          <FileText aria-hidden className="size-7 shrink-0 text-primary" strokeWidth={1.5} />
          <div className="min-w-0 flex-1">
            <p className="truncate font-medium">{file.name}</p>
            <p role="status" className="text-sm text-muted">
              {status ?? bytes(file.size)}
            </p>
            {progress != null && (
              <div role="progressbar" aria-label={file.name} aria-valuenow={Math.round(progress * 100)} aria-valuemin={0} aria-valuemax={100} className="mt-2 h-1.5 overflow-hidden rounded-full bg-sunken">
                <div className="h-full rounded-full bg-primary transition-[width]" style={{ width: `${progress * 100}%` }} />
              </div>
            )}
          </div>
          <Button variant="ghost" size="icon" aria-label={common.remove} onClick={() => onFile(null)}>
            <X aria-hidden className="size-5" />
          </Button>
        </div>
      ) : (
        <label
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault();
            setOver(false);
            const dropped = event.dataTransfer.files[0];
            if (dropped) onFile(dropped);
          }}
          className={cn(
            "flex min-h-24 cursor-pointer flex-col items-center justify-center gap-1 rounded-card border border-dashed p-4 text-center has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-primary",
            over ? "border-primary bg-primary-soft" : "border-edge hover:bg-sunken",
          )}
        >
          <Upload aria-hidden className="size-5 text-muted" />
          <span className="text-sm font-medium">{prompt}</span>
          <span className="text-sm text-muted">{kinds}</span>
          <input type="file" accept={accept} aria-labelledby={id} className="sr-only" onChange={(event) => onFile(event.target.files?.[0] ?? null)} />
        </label>
      )}
      {error && (
        <p role="alert" className="text-sm text-rec">
          {error}
        </p>
      )}
    </div>
  );
}
