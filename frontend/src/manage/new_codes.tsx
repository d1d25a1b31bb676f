import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";
import { client, data, type Schemas } from "@/api/client";
import { Button } from "@/components/button";
import { CopyButton } from "@/components/copy_button";
import { Dialog } from "@/components/dialog";
import { Choice, Select, TextArea, TextField } from "@/components/field";
import { Note } from "@/components/page";
import { messageOf } from "@/components/states";
import { download } from "@/lib/download";
import { useFirstProblem } from "@/lib/form";
import { manage } from "@/text";
import { csvOf, isLocal, LONGEST_NAME, namesOf } from "./code_table";
import { CodeShare } from "./code_share";
import { type Code, type CodeSet, codes, sets } from "./queries";

const t = manage.newCodes;
const MOST = 500;
type Way = keyof typeof t.ways;
type Kind = Schemas["InterviewKind"];

/** Makes one code or many, and then shows what to send. `active` is the set that is asked where none is chosen. */
export function NewCodes({ open, active, onClose }: { open: boolean; active: CodeSet | null; onClose: () => void }) {
  const [made, setMade] = useState<readonly Code[] | null>(null);
  const close = () => {
    setMade(null);
    onClose();
  };
  return (
    <Dialog open={open} onClose={close} title={made ? t.made(made.length) : t.title}>
      {made ? <Made made={made} active={active} onDone={close} /> : <Form active={active} onMade={setMade} />}
    </Dialog>
  );
}

function Form({ active, onMade }: { active: CodeSet | null; onMade: (codes: readonly Code[]) => void }) {
  const queries = useQueryClient();
  const all = useQuery(sets.all);
  const [way, setWay] = useState<Way>("one");
  const [name, setName] = useState("");
  const [label, setLabel] = useState("");
  const [list, setList] = useState("");
  const [count, setCount] = useState("10");
  const [set, setSet] = useState("");
  const [kind, setKind] = useState<Kind>("screening");
  const [expires, setExpires] = useState("168");
  const [attempts, setAttempts] = useState(0);
  useFirstProblem(attempts);
  const { names, long, repeated, addressed, nameless } = namesOf(list);
  const number = Number(count);
  const isCount = Number.isInteger(number) && number >= 1 && number <= MOST;
  const wrong = {
    one: undefined,
    names: nameless.length > 0 ? t.namesNone(nameless.join(", ")) : names.length === 0 ? t.namesMissing : long.length > 0 ? t.namesLong(long.join(", "), LONGEST_NAME) : names.length > MOST ? t.namesMany(names.length, MOST) : undefined,
    many: isCount ? undefined : t.countWrong,
  }[way];
  const make = useMutation({
    mutationFn: async (): Promise<readonly Code[]> => {
      const common = { label: label.trim() || null, question_set_id: set || null, kind, expires_in_hours: expires === "never" ? null : Number(expires) };
      if (way === "one") return [await data(client.POST("/api/v1/admin/codes", { body: { ...common, candidate_name: name.trim() || null } }))];
      const body = way === "names" ? { ...common, candidate_names: names } : { ...common, count: number };
      return (await data(client.POST("/api/v1/admin/codes/bulk", { body }))).codes;
    },
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: codes.all });
      onMade(made);
    },
  });
  return (
    <form
      noValidate
      className="mt-4 flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        setAttempts(attempts + 1);
        if (!wrong) make.mutate();
      }}
    >
      <Choice label={t.who} value={way} onChange={setWay} options={[["one", t.ways.one], ["names", t.ways.names], ["many", t.ways.many]]} />
      {way === "one" && <TextField label={t.name} optional hint={t.nameHint} value={name} maxLength={120} autoComplete="off" onChange={(event) => setName(event.target.value)} />}
      {way === "names" && <TextArea label={t.names} hint={t.namesHint} error={attempts > 0 ? wrong : undefined} placeholder={t.namesPlaceholder} rows={5} value={list} onChange={(event) => setList(event.target.value)} />}
      {way === "names" && addressed.length > 0 && <Note tone="caution">{t.namesAddressed(addressed.slice(0, 5).join("; "), addressed.length > 5)}</Note>}
      {way === "names" && repeated.length > 0 && <Note tone="caution">{t.namesTwice(repeated.join(", "))}</Note>}
      {way === "many" && <TextField label={t.count} hint={t.countHint} error={attempts > 0 || count !== "" ? wrong : undefined} type="number" min={1} max={MOST} inputMode="numeric" value={count} onChange={(event) => setCount(event.target.value)} />}
      <TextField label={t.label} optional hint={t.labelHint} value={label} maxLength={LONGEST_NAME} autoComplete="off" onChange={(event) => setLabel(event.target.value)} />
      <Select label={t.set} value={set} onChange={(event) => setSet(event.target.value)} options={[["", t.activeSet(active?.name)], ...(all.data ?? []).map((one) => [one.id, one.name] as const)]} />
      <Choice label={t.kind} value={kind} onChange={setKind} options={[["screening", manage.kinds.screening], ["practice", manage.kinds.practice]]} />
      <p className="-mt-3 text-sm text-muted">{manage.kindHelp[kind]}</p>
      <Select label={t.expires} value={expires} onChange={(event) => setExpires(event.target.value)} options={Object.entries(t.lengths)} />
      {make.isError && (
        <div role="alert">
          <Note tone="rec">{messageOf(make.error)}</Note>
        </div>
      )}
      <Button type="submit" size="lg" busy={make.isPending}>
        {way === "one" ? t.make : t.makeMany(way === "names" ? names.length : isCount ? number : 0)}
      </Button>
    </form>
  );
}

function Made({ made, active, onDone }: { made: readonly Code[]; active: CodeSet | null; onDone: () => void }) {
  const [first] = made;
  if (made.length === 1 && first) {
    return (
      <div className="mt-6 flex flex-col gap-6">
        <CodeShare code={first} active={active} />
        <Button variant="outline" onClick={onDone}>
          {t.done}
        </Button>
      </div>
    );
  }
  const links = made.map((code) => [code.candidate_name, code.join_url].filter(Boolean).join("\t")).join("\n");
  return (
    <div className="mt-3 flex flex-col gap-5">
      <p className="text-muted">{t.sendThem}</p>
      {made.some((code) => isLocal(code.join_url)) && <Note tone="caution">{manage.codes.onlyHere}</Note>}
      <ul tabIndex={0} aria-label={t.made(made.length)} className="max-h-72 divide-y divide-line overflow-y-auto rounded-card border border-line">
        {made.map((code) => (
          <li key={code.id} className="flex items-center gap-3 py-1 pr-1 pl-4">
            <span className="font-mono text-sm font-medium tracking-wider">{code.code}</span>
            <span className="min-w-0 flex-1 truncate text-sm text-muted">{code.candidate_name}</span>
            <CopyButton text={code.join_url} label={manage.codes.copyLink(code.code)} />
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap justify-end gap-3">
        <Button variant="outline" onClick={() => download(manage.codes.csvName, new Blob([csvOf(made, active?.name)], { type: "text/csv" }))}>
          <Download aria-hidden className="size-4" />
          {manage.codes.csv}
        </Button>
        <CopyButton text={links} label={t.copyAll} variant="outline">
          {t.copyAll}
        </CopyButton>
        <Button onClick={onDone}>{t.done}</Button>
      </div>
    </div>
  );
}
