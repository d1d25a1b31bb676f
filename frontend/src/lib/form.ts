import { useState } from "react";
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
    const values = Object.fromEntries([...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]));
    const wrong = problemsOf([...event.currentTarget.elements].filter((element) => element instanceof HTMLInputElement));
    setFields(wrong);
    if (Object.keys(wrong).length > 0) {
      setProblem(undefined);
      (event.currentTarget.elements.namedItem(Object.keys(wrong)[0] ?? "") as HTMLInputElement | null)?.focus();
      return;
    }
    setBusy(true);
    setProblem(undefined);
    try {
      await send(values);
    } catch (error) {
      const found = error instanceof ApiError ? error.fields : {};
      setFields(found);
      if (Object.keys(found).length === 0) setProblem(messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  return { busy, fields, problem, submit };
}
