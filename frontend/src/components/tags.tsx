import { X } from "lucide-react";
import { useState } from "react";
import { TextField } from "./field";

/** Words that somebody collects: Enter or a comma adds one, a click removes it. */
export function Tags({ label, hint, placeholder, values, onChange, remove }: { label: string; hint?: string; placeholder?: string; values: readonly string[]; onChange: (values: string[]) => void; remove: (value: string) => string }) {
  const [text, setText] = useState("");
  const add = (added: string) => {
    const known = new Set(values.map((value) => value.toLowerCase()));
    const fresh = added
      .split(",")
      .map((word) => word.trim())
      .filter((word) => word && !known.has(word.toLowerCase()));
    if (fresh.length > 0) onChange([...values, ...fresh]);
    setText("");
  };
  return (
    <div className="flex flex-col gap-3">
      <TextField
        label={label}
        hint={hint}
        placeholder={placeholder}
        value={text}
        maxLength={60}
        onChange={(event) => (event.target.value.includes(",") ? add(event.target.value) : setText(event.target.value))}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          add(text);
        }}
        onBlur={() => add(text)}
      />
      {values.length > 0 && (
        <ul className="flex flex-wrap gap-2">
          {values.map((value) => (
            <li key={value} className="inline-flex items-center rounded-full bg-primary-soft pl-3.5 text-sm text-primary">
              {value}
              <button type="button" aria-label={remove(value)} onClick={() => onChange(values.filter((one) => one !== value))} className="grid size-9 place-items-center rounded-full hover:text-ink">
                <X aria-hidden className="size-4" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
