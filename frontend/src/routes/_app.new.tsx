import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createFileRoute, useRouter } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { ApiError, client, data, type Schemas, upload } from "@/api/client";
import { interviews } from "@/api/queries";
import { session, type User } from "@/api/session";
import { Button, ButtonLink } from "@/components/button";
import { DropFile } from "@/components/drop_file";
import { Choice, Select, TextArea, TextField } from "@/components/field";
import { Card, Heading, Note, Page } from "@/components/page";
import { messageOf } from "@/components/states";
import { bytes } from "@/lib/format";
import { Tags } from "@/components/tags";
import { PlannedRounds, type PlannedRound } from "@/practice/planned_rounds";
import { account, common, practice } from "@/text";

export const Route = createFileRoute("/_app/new")({ component: NewPractice });

const t = practice.create;
const LENGTHS = [3, 5, 8, 12] as const;
const LARGEST = 10 * 1024 * 1024;
type Type = Schemas["InterviewType"];
type Difficulty = Schemas["Difficulty"];
type Voice = Schemas["Voice"];

function NewPractice() {
  const { data: user } = useQuery(session);
  return (
    <Page title={t.title} lead={t.lead} width="max-w-3xl">
      {user && <Form user={user} />}
    </Page>
  );
}

type Shape = "one" | "rounds";

function Form({ user }: { user: User }) {
  const queries = useQueryClient();
  const router = useRouter();
  const [role, setRole] = useState(user.target_role ?? "");
  const [roleError, setRoleError] = useState<string>();
  const roleField = useRef<HTMLInputElement>(null);
  const [company, setCompany] = useState("");
  const [type, setType] = useState<Type>("mixed");
  const [difficulty, setDifficulty] = useState<Difficulty>("medium");
  const [length, setLength] = useState<number>(LENGTHS[0]);
  const [form, setForm] = useState<Shape>("one");
  const [rounds, setRounds] = useState<readonly PlannedRound[] | null>(null);
  const [skills, setSkills] = useState<string[]>(user.skills);
  const [voice, setVoice] = useState<Voice>("female");
  const [resume, setResume] = useState<File | null>(null);
  const [resumeError, setResumeError] = useState<string>();
  const [pasted, setPasted] = useState("");
  const [notes, setNotes] = useState<readonly string[]>([]);
  const [job, setJob] = useState("");
  const [step, setStep] = useState<string | null>(null);
  const [progress, setProgress] = useState<number | null>(null);
  const [problem, setProblem] = useState<{ text: string; limit: boolean } | null>(null);
  const [made, setMade] = useState<string | null>(null);

  const chooseResume = (file: File | null) => {
    const wrong = file === null ? undefined : !/\.(pdf|docx|txt|md)$/i.test(file.name) ? t.resumeWrong : file.size > LARGEST ? t.resumeTooBig(bytes(file.size)) : undefined;
    setResumeError(wrong);
    setResume(wrong ? null : file);
  };

  const planned = form === "rounds" ? (rounds ?? []) : [];
  const minutes = () => (form === "one" ? Math.round(length * 2.5) : planned.reduce((sum, round) => sum + (round.duration_minutes ?? 20), 0));

  const details = () => {
    const title = [role.trim(), company.trim()].filter(Boolean).join(" · ");
    return {
      title: title.slice(0, 200),
      target_role: role.trim(),
      target_company: company.trim() || null,
      interview_type: type,
      difficulty,
      duration_minutes: Math.min(240, Math.max(5, minutes())),
      job_description: job.trim() || null,
      focus_areas: [],
      voice,
    };
  };

  const prepare = async () => {
    setProblem(null);
    setRoleError(role.trim() ? undefined : t.roleMissing);
    if (!role.trim()) {
      roleField.current?.focus();
      return;
    }
    if (form === "rounds" && planned.length === 0) {
      setProblem({ text: t.noRounds, limit: false });
      return;
    }
    setStep(t.steps.session);
    try {
      const body = details();
      const params = { path: { session_id: made ?? "" } };
      const { id } = made ? await data(client.PUT("/api/v1/interviews/sessions/{session_id}", { params, body })) : await data(client.POST("/api/v1/interviews/sessions", { body }));
      setMade(id); // trying again goes on with the same one
      const document = resume ?? (pasted.trim() ? new File([pasted], "resume.txt", { type: "text/plain" }) : null);
      if (document) {
        try {
          await upload(`/api/v1/interviews/sessions/${id}/resume`, document, (share) => {
            setProgress(share);
            setStep(share < 1 ? t.uploading(Math.round(share * 100)) : t.reading);
          });
        } catch (error) {
          setResumeError(messageOf(error));
          throw error;
        } finally {
          setProgress(null);
        }
      }
      setStep(t.steps.questions);
      let told: readonly string[] = [];
      const path = { session_id: id };
      if (form === "one") {
        const body = { num_questions: length, skills, role: role.trim() || null, difficulty };
        const made = await data(client.POST("/api/v1/interviews/sessions/{session_id}/questions/generate", { params: { path }, body }));
        told = made.notes;
      } else {
        const known = await data(client.GET("/api/v1/interviews/sessions/{session_id}/rounds", { params: { path } }));
        if (known.rounds.length === 0) {
          const body = { rounds: planned.map(({ key: _, ...round }) => round) };
          const made = await data(client.POST("/api/v1/interviews/sessions/{session_id}/rounds", { params: { path }, body }));
          told = made.notes ?? [];
        }
      }
      await queries.invalidateQueries({ queryKey: interviews.all });
      void queries.invalidateQueries({ queryKey: ["dashboard"] });
      setNotes(told);
      if (told.length === 0) await router.navigate({ to: "/room/$id", params: { id } });
    } catch (error) {
      setProblem({ text: messageOf(error), limit: error instanceof ApiError && error.type === "guest_limit" });
    } finally {
      setStep(null);
    }
  };

  return (
    <form
      className="flex flex-col gap-6"
      onSubmit={(event) => {
        event.preventDefault();
        void prepare();
      }}
    >
      <Card className="flex flex-col gap-6">
        <div className="grid gap-5 sm:grid-cols-2">
          <TextField ref={roleField} label={t.role} error={roleError} placeholder={t.rolePlaceholder} value={role} maxLength={120} onChange={(event) => setRole(event.target.value)} />
          <TextField label={t.company} optional placeholder={t.companyPlaceholder} value={company} maxLength={120} onChange={(event) => setCompany(event.target.value)} />
        </div>
        <Choice label={t.form} value={form} onChange={setForm} options={Object.entries(t.forms) as [Shape, string][]} />
        {form === "one" ? (
          <>
            <Choice label={t.type} value={type} onChange={setType} options={Object.entries(practice.types) as [Type, string][]} />
            <div className="grid gap-6 sm:grid-cols-2">
              <Choice label={t.difficulty} value={difficulty} onChange={setDifficulty} options={Object.entries(practice.difficulties) as [Difficulty, string][]} />
              <Select label={t.length} value={String(length)} onChange={(event) => setLength(Number(event.target.value))} options={LENGTHS.map((one) => [String(one), t.lengths(one)] as const)} />
            </div>
          </>
        ) : (
          <>
            <Choice label={t.difficulty} value={difficulty} onChange={setDifficulty} options={Object.entries(practice.difficulties) as [Difficulty, string][]} />
            <PlannedRounds role={role.trim()} job={job} rounds={rounds} onChange={setRounds} />
          </>
        )}
      </Card>
      <Card className="flex flex-col gap-6">
        <Tags label={t.skills} hint={t.skillsHint} values={skills} onChange={setSkills} remove={account.settings.removeSkill} />
        <Choice label={t.voice} value={voice} onChange={setVoice} options={Object.entries(t.voices) as [Voice, string][]} />
      </Card>
      <Card className="flex flex-col gap-6">
        <div>
          <Heading flush>{t.documents}</Heading>
          <p className="mt-1 text-sm text-muted">{t.documentsHint}</p>
        </div>
        <DropFile
          label={t.resume}
          prompt={t.resumeDrop}
          kinds={t.resumeKinds}
          accept=".pdf,.docx,.txt,.md"
          file={resume}
          progress={progress}
          status={progress === null ? undefined : (step ?? undefined)}
          error={resumeError}
          onFile={chooseResume}
        />
        {!resume && <TextArea label={t.resumeText} optional placeholder={t.resumeTextPlaceholder} rows={4} value={pasted} maxLength={100_000} onChange={(event) => setPasted(event.target.value)} />}
        <TextArea label={t.job} optional placeholder={t.jobPlaceholder} rows={5} value={job} maxLength={20_000} onChange={(event) => setJob(event.target.value)} />
      </Card>
      {problem && (
        <div role="alert">
          <Note tone="rec" className="flex flex-wrap items-center justify-between gap-3">
            {problem.text}
            {problem.limit && (
              <ButtonLink to="/signup" size="sm">
                {common.signUp}
              </ButtonLink>
            )}
          </Note>
        </div>
      )}
      {made && notes.length > 0 && (
        <div role="status">
          <Note tone="caution" className="flex flex-wrap items-center justify-between gap-3">
            <span className="flex min-w-0 flex-1 basis-64 flex-col gap-1">
              {notes.map((note) => (
                <span key={note}>{note}</span>
              ))}
            </span>
            <ButtonLink ref={focused} to="/room/$id" params={{ id: made }}>
              {t.goOn}
            </ButtonLink>
          </Note>
        </div>
      )}
      <div className="flex flex-wrap items-center gap-4">
        <Button type="submit" size="lg" variant={notes.length > 0 ? "outline" : undefined} busy={step !== null}>
          {notes.length > 0 ? t.startAgain : t.start}
        </Button>
        <span role="status" className="text-sm text-muted">
          {step}
        </span>
      </div>
    </form>
  );
}

/** Takes the focus, so that whoever uses the keyboard goes on from here. */
function focused(element: HTMLElement | null): void {
  element?.focus();
}
