import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { cn } from "@/lib/cn";
import { TextField } from "./field";

/** Looks while somebody types, and not at every letter. */
export function SearchBox({ label, placeholder, value, onChange, className }: { label: string; placeholder?: string; value: string; onChange: (text: string) => void; className?: string }) {
  const [text, setText] = useState(value);
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => latest.current(text), 250);
    return () => clearTimeout(timer);
  }, [text, value]);
  return (
    <div className={cn("relative flex-1", className)}>
      <TextField label={label} type="search" inputClass="pl-10" placeholder={placeholder} value={text} maxLength={100} onChange={(event) => setText(event.target.value)} />
      <Search aria-hidden className="pointer-events-none absolute bottom-3 left-3 size-5 text-muted" />
    </div>
  );
}
