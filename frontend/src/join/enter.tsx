import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ApiError } from "@/api/client";
import { join } from "@/api/entry";
import { AccountForm } from "@/components/account_form";
import { TextField } from "@/components/field";
import { messageOf } from "@/components/states";
import { join as t } from "@/text";
import { codeOf, grouped, wrongWith } from "./code";

/** Code and name. What is wrong with them is told at their fields. */
export function Enter({ code: given, name: known, onEntered }: { code: string; name: string; onEntered: () => void }) {
  const queries = useQueryClient();
  const [code, setCode] = useState(() => grouped(given));
  const [name, setName] = useState(known);
  const [errors, setErrors] = useState<{ code?: string; name?: string; form?: string }>({});
  const [busy, setBusy] = useState(false);
  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    const wrong = { code: problemOf(code), name: name.trim() ? undefined : t.nameMissing };
    setErrors(wrong);
    if (wrong.code || wrong.name) return;
    setBusy(true);
    try {
      await join(queries, { code: codeOf(code), candidate_name: name.trim() });
      onEntered();
    } catch (error) {
      const text = (error instanceof ApiError && t.problems[error.type]) || messageOf(error);
      setErrors(error instanceof ApiError && error.type.startsWith("code_") ? { code: text } : { form: text });
    } finally {
      setBusy(false);
    }
  };
  return (
    <AccountForm
      title={t.title}
      lead={t.lead}
      action={t.action}
      busy={busy}
      problem={errors.form}
      onSubmit={(event) => void submit(event)}
      below={
        <p className="text-center">
          {t.practise}{" "}
          <Link to="/try" className="font-medium text-primary underline underline-offset-4">
            {t.practiseAction}
          </Link>
        </p>
      }
    >
      <TextField
        label={t.code}
        hint={t.codeHint}
        error={errors.code}
        value={code}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        autoFocus={!given}
        maxLength={24}
        onChange={(event) => setCode(event.target.value)}
        onBlur={() => setCode(grouped(code))}
      />
      <TextField label={t.name} hint={t.nameHint} error={errors.name} value={name} autoComplete="name" autoFocus={Boolean(given)} maxLength={120} onChange={(event) => setName(event.target.value)} />
    </AccountForm>
  );
}

function problemOf(code: string): string | undefined {
  const wrong = wrongWith(code);
  if (wrong === null) return undefined;
  return wrong === "length" ? t.codeShort : t.codeLetters(wrong.letters.map(t.codeLetter).join(" or "));
}
