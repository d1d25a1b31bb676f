import { ChevronDown, Eye, EyeOff } from "lucide-react";
import { type ComponentProps, type ReactNode, useId, useState } from "react";
import { common as t } from "@/text";
import { cn } from "@/lib/cn";

const BOX = cn(
  "block w-full rounded-control border border-edge bg-surface px-3 text-base placeholder:text-muted",
  "aria-invalid:border-rec disabled:bg-sunken disabled:text-muted [&[readonly]]:border-line [&[readonly]]:bg-sunken",
);

type Described = { label: string; hint?: ReactNode; error?: string; optional?: boolean; className?: string };

/** A label, what is filled in, and below it what is wrong or what helps. */
export function Field({ label, hint, error, optional, className, children }: Described & { children: (ids: { id: string; "aria-describedby"?: string; "aria-invalid"?: true }) => ReactNode }) {
  const id = useId();
  const help = `${id}-help`;
  const described = error ?? hint;
  return (
    <div className={cn("flex flex-col gap-1.5", className)}>
      <label htmlFor={id} className="text-sm font-medium">
        {label} {optional && <span className="font-normal text-muted">{t.optional}</span>}
      </label>
      {children({ id, "aria-describedby": described ? help : undefined, "aria-invalid": error ? true : undefined })}
      {described && (
        <p id={help} role={error ? "alert" : undefined} className={cn("text-sm", error ? "text-rec" : "text-muted")}>
          {described}
        </p>
      )}
    </div>
  );
}

/** `inputClass` is for the box itself, `className` for all of it. */
export function TextField({ label, hint, error, optional, className, inputClass, ...input }: Described & { inputClass?: string } & ComponentProps<"input">) {
  return (
    <Field {...{ label, hint, error, optional, className }}>
      {(ids) => <input {...input} {...ids} className={cn(BOX, "h-11", inputClass)} />}
    </Field>
  );
}

export function TextArea({ label, hint, error, optional, className, ...area }: Described & ComponentProps<"textarea">) {
  return (
    <Field {...{ label, hint, error, optional, className }}>
      {(ids) => <textarea rows={4} {...area} {...ids} className={cn(BOX, "py-2.5 leading-6")} />}
    </Field>
  );
}

export function Select({ label, hint, error, optional, className, options, ...select }: Described & ComponentProps<"select"> & { options: readonly (readonly [value: string, label: string])[] }) {
  return (
    <Field {...{ label, hint, error, optional, className }}>
      {(ids) => (
        <div className="relative">
          <select {...select} {...ids} className={cn(BOX, "h-11 appearance-none truncate pr-10")}>
            {options.map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
          <ChevronDown aria-hidden className="pointer-events-none absolute top-3 right-3 size-5 text-muted" />
        </div>
      )}
    </Field>
  );
}

export function PasswordField({ label, hint, error, className, ...input }: Described & ComponentProps<"input">) {
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <Field {...{ label, hint, error, className }}>
      {(ids) => (
        <div className="relative">
          <input {...input} {...ids} type={shown ? "text" : "password"} className={cn(BOX, "h-11 pr-12")} />
          <button
            type="button"
            aria-label={shown ? t.hidePassword : t.showPassword}
            onClick={() => setShown(!shown)}
            className="absolute inset-y-0 right-0 grid w-11 place-items-center rounded-control text-muted hover:text-ink"
          >
            <Icon aria-hidden className="size-5" />
          </button>
        </div>
      )}
    </Field>
  );
}

/** Choices of which one holds, as buttons in a row. */
export function Choice<T extends string>({ label, value, onChange, options, className }: { label: string; value: T; onChange: (value: T) => void; options: readonly (readonly [T, string])[]; className?: string }) {
  const name = useId();
  return (
    <fieldset className={cn("flex flex-col gap-1.5", className)}>
      <legend className="mb-1.5 text-sm font-medium">{label}</legend>
      <div className="flex flex-wrap gap-2">
        {options.map(([option, text]) => (
          <label
            key={option}
            className={cn(
              "flex min-h-11 cursor-pointer items-center rounded-control border px-4 text-sm has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-primary",
              option === value ? "border-primary bg-primary-soft font-medium text-primary" : "border-line bg-surface hover:border-edge",
            )}
          >
            <input type="radio" name={name} checked={option === value} onChange={() => onChange(option)} className="sr-only" />
            {text}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** On or off, at once. */
export function Switch({ label, hint, checked, onChange }: { label: string; hint?: string; checked: boolean; onChange: (on: boolean) => void }) {
  const id = useId();
  return (
    <div className="flex items-start justify-between gap-4">
      <label htmlFor={id} className="flex-1">
        <span className="block text-sm font-medium">{label}</span>
        {hint && <span className="block text-sm text-muted">{hint}</span>}
      </label>
      <button
        id={id}
        type="button"
        role="switch"
        aria-checked={checked}
        aria-label={label}
        onClick={() => onChange(!checked)}
        className={cn("relative h-7 w-12 shrink-0 rounded-full border transition-colors", checked ? "border-primary bg-primary" : "border-edge bg-sunken")}
      >
        <span className={cn("absolute top-0.5 left-0.5 size-5.5 rounded-full transition-transform", checked ? "translate-x-5 bg-on-primary" : "bg-edge")} />
      </button>
    </div>
  );
}
