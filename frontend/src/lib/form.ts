import { useEffect, useState } from "react";
import { ApiError } from "@/api/client";
import { messageOf } from "@/components/states";
import { common } from "@/text";

const t = common.fields;

type Filled = Pick<HTMLInputElement, "name" | "value" | "minLength"> & { validity: Pick<ValidityState, "valueMissing" | "typeMismatch"> };

/** What is wrong with each field before it is sent, all at once: empty, no address, too short. */
export function problemsOf(inputs: readonly Filled[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { name, value, minLength, validity } of inputs) {
    if (!name) continue;
    if (validity.valueMissing) found[name] = t.missing;
    else if (validity.typeMismatch) found[name] = t.noAddress;
    else if (value.length < minLength) found[name] = t.tooShort(minLength);
  }
  return found;
}

/** A form that is sent once at a time; what is wrong is shown at its field, the rest above the button. */
export function useForm(send: (values: Record<string, string>) => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [fields, setFields] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<string>();
  const submit = async (event: React.FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { elements } = event.currentTarget;
    const mark = (found: Record<string, string>) => {
      setFields(found);
      const [first] = Object.keys(found);
      if (first) (elements.namedItem(first) as HTMLInputElement | null)?.focus();
      return first !== undefined;
    };
    const values = Object.fromEntries([...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]));
    setProblem(undefined);
    if (mark(problemsOf([...elements].filter((element) => element instanceof HTMLInputElement)))) return;
    setBusy(true);
    try {
      await send(values);
    } catch (error) {
      if (!mark(error instanceof ApiError ? error.fields : {})) setProblem(messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  return { busy, fields, problem, submit };
}

/** Leads to the first field that is marked as wrong each time `reason` becomes another one; the marks are drawn by then. */
export function useFirstProblem(reason: unknown): void {
  useEffect(() => {
    if (reason) document.querySelector<HTMLElement>("main [aria-invalid=true]")?.focus();
  }, [reason]);
}
