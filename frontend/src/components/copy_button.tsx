import { Check, Copy } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { copy } from "@/lib/copy";
import { common as t } from "@/text";
import { Button } from "./button";
import { toast } from "./toast";

/** Copies a text and says so for a moment. Without `children` an icon with the `label` as its name. */
export function CopyButton({ text, label, children, variant = "ghost", className }: { text: string; label: string; children?: ReactNode; variant?: "ghost" | "outline" | "primary"; className?: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const Icon = copied ? Check : Copy;
  const act = async () => ((await copy(text)) ? setCopied(true) : toast(t.notCopied, "error"));
  return (
    <Button variant={variant} size={children ? "md" : "icon"} className={className} aria-label={children ? undefined : copied ? t.copied : label} title={label} onClick={() => void act()}>
      <Icon aria-hidden className="size-4" />
      {children && <span aria-live="polite">{copied ? t.copied : children}</span>}
    </Button>
  );
}
