"""Everything that is made of a spoken answer, for whoever waits for it: transcript, evaluation, what was seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.database import Database
from app.errors import NotFound, Unavailable
from app.models import Answer, Evaluation, Job, JobKind, JobState, Question, Recording
from app.models.values.visual import VisualMeasures
from app.repositories.answers import AnswerRepository, EvaluationRepository
from app.repositories.base import Ref
from app.repositories.jobs import JobRepository
from app.repositories.recordings import RecordingRepository
from app.services.accounts.subject import Subject
from app.services.answers.evaluation_service import EvaluationService
from app.services.answers.stt_service import SttService
from app.services.jobs.job_service import JobService, error_of
from app.services.recordings.recording_service import RecordingService

Level = Literal["high", "medium", "low"]
LEVELS: Sequence[tuple[float, Level]] = ((70.0, "high"), (50.0, "medium"), (0.0, "low"))
"""From which measure (0-100) an answer is called so; no standard for this is known, they are those of our ratings."""
SEEING = (JobKind.PROCESS_RECORDING, JobKind.LOOK_AT_FILM)
AGAIN = "5"
"""Seconds after which to ask again for what takes longer than somebody waits."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """A question with its answer, heard, judged and seen. `visual` is None where nobody looked."""

    question: Question
    answer: Answer
    evaluation: Evaluation
    visual: VisualMeasures | None

    @property
    def confidence(self) -> Level | None:
        """How sure the answer sounds, by its words and their pace; None where that was not measured."""
        value = self.evaluation.confidence
        return None if value is None else next(level for least, level in LEVELS if value >= least)


class AnalysisService:
    """Waits for background work on an answer, and asks for what nobody has asked for yet."""

    def __init__(
        self,
        database: Database,
        jobs: JobService,
        recordings: RecordingService,
        transcripts: SttService,
        evaluations: EvaluationService,
    ) -> None:
        self.database = database
        self.jobs = jobs
        self.recordings = recordings
        self.transcripts = transcripts
        self.evaluations = evaluations

    async def analyze(self, subject: Subject, interview_ref: Ref, question_ref: Ref, seconds: float) -> Analysis:
        """What was made of the recorded answer to a question. NotFound without a recording, Unavailable when it takes
        longer than so many seconds for each step; what was begun goes on."""
        recording, question = await self.recordings.of_question(subject, interview_ref, question_ref)
        if not await self._is_heard(question):
            await self._done(await self.transcripts.ask(subject, interview_ref, question_ref, language=None), seconds)
        evaluation = await self._evaluation(question)
        if evaluation is None:
            evaluation = await self.score(subject, interview_ref, question_ref, seconds)
        while (job := await self._unseen(recording)) is not None:
            await self._done(job, seconds)
        async with self.database.reading() as session:
            answer = await AnswerRepository(session).of_question(question.id)
            found = await RecordingRepository(session).of_question(question.id)
        if answer is None:
            raise NotFound("This question has no answer any more.", code="answer_not_found")
        return Analysis(question, answer, evaluation, found.visual if found else None)

    async def score(self, subject: Subject, interview_ref: Ref, question_ref: Ref, seconds: float) -> Evaluation:
        """The answer to a question, judged anew. Conflict without a transcript, Unavailable as above."""
        job = await self.evaluations.ask(subject, interview_ref, question_ref)
        done = await self._done(job, seconds)
        return (await self.evaluations.outcome(done.result or {})).evaluation

    async def _is_heard(self, question: Question) -> bool:
        async with self.database.reading() as session:
            answer = await AnswerRepository(session).of_question(question.id)
        return answer is not None and answer.status == "completed"

    async def _evaluation(self, question: Question) -> Evaluation | None:
        async with self.database.reading() as session:
            answer = await AnswerRepository(session).of_question(question.id)
            return await EvaluationRepository(session).current(answer.id) if answer is not None else None

    async def _unseen(self, recording: Recording) -> Job | None:
        """What is still to be done before the film has been looked at."""
        async with self.database.reading() as session:
            jobs = await JobRepository(session).unfinished_of(recording.session_id)
        return next((job for job in jobs if job.kind in SEEING and job.target == recording.public_id), None)

    async def _done(self, job: Job, seconds: float) -> Job:
        """The job once it is completed; raises what it has failed with."""
        found = await self.jobs.wait(job, seconds)
        if found is None:
            raise NotFound.of("Session")
        if found.state == JobState.COMPLETED:
            return found
        if (error := error_of(found)) is not None:
            raise error
        message = "The answer is still being processed. Ask again in a moment."
        raise Unavailable(message, headers={"Retry-After": AGAIN})
