import { useState } from "react";
import { ApiError } from "@/api/client";
import { messageOf } from "@/components/states";

/** A form that is sent once at a time; what is wrong is shown at its field, the rest above the button. */
export function useForm(send: (values: Record<string, string>) => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [fields, setFields] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<string>();
  const submit = async (event: React.FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const values = Object.fromEntries([...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]));
    setBusy(true);
    setFields({});
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
