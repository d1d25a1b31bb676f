"""Answers that a client sends as a text of its own, in interviews that may be spoken as well.

What a client sends is compared with what is known: the same words change nothing, others are another answer, or the
candidate's correction of what was heard. `SubmissionService` keeps an answer and has it judged behind the scenes;
`JudgedSubmissions` is for candidates who wait for the judgement and a follow-up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.database import Database, WriteSession
from app.engines.storage import Storage
from app.models import Answer, Evaluation, InterviewSession, Priority, Question
from app.repositories.answers import AnswerRepository
from app.repositories.base import Ref
from app.repositories.interviews import QuestionRepository
from app.services.accounts.subject import Subject
from app.services.answers.answer_service import AnswerService, is_open, is_settled, same_words
from app.services.answers.evaluation_service import EvaluationService, ask_to_judge
from app.services.interviews import lifecycle
from app.services.interviews.completion import complete
from app.services.interviews.interview_service import InterviewService
from app.services.interviews.question_service import Place, QuestionService, places
from app.services.results.screening import shown_evaluation


@dataclass(frozen=True, slots=True)
class Claim:
    """What a client says of an answer: a score on its own scale and its own words."""

    score: float | None = None
    analysis: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """The answer to a question, and what the text that was sent made of it."""

    interview: InterviewSession
    question: Question
    answer: Answer
    change: Literal["typed", "corrected"] | None


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """An answer's evaluation as the candidate may see it, and the question that is asked next about what it left out.

    `places` says of each question of the interview, by key, which one it is, from 1.
    """

    evaluation: Evaluation
    follow_up: Question | None
    places: Mapping[int, int]


class SubmissionService:
    """Takes such answers within one transaction."""

    def __init__(self, session: WriteSession, storage: Storage) -> None:
        self.session = session
        self.answers = AnswerService(session, storage)

    async def submit(self, subject: Subject, interview_ref: Ref, question_ref: Ref, text: str, claim: Claim) -> Answer:
        """Keep the answer with what the client claims of it, and have it judged. The answer to the last question ends
        the interview, because such clients have no call for that. Errors as of `take`."""
        found = await self.take(subject, interview_ref, question_ref, text)
        interview, answer = found.interview, found.answer
        if found.change is not None:
            await ask_to_judge(self.session, interview, answer, priority=Priority.LIVE)
        if found.change == "typed":
            rows = await AnswerRepository(self.session).of_session(interview.id)
            if all(is_settled(row) for row in rows):
                await complete(self.session, interview)
        if lifecycle.is_open(interview) or not answer.has_claim:
            answer.claimed_score, answer.claimed_analysis = claim.score, claim.analysis
        await self.session.flush()
        return answer

    async def take(
        self,
        subject: Subject,
        interview_ref: Ref,
        question_ref: Ref | Place,
        text: str,
        *,
        time_spent: float | None = None,
    ) -> Taken:
        """Keep the answer. Conflict when the question has another answer in a screening or a recording that was not
        heard yet, and when the interview or the round is over, unless the answer was heard in it: then that counts."""
        interview = await InterviewService(self.session).get(subject, interview_ref)
        question = await QuestionService(self.session).get(interview, question_ref)
        known = await self.answers.answers.of_question(question.id)
        if known is not None and not is_open(known):
            is_same = not text or any(same_words(text, other) for other in (known.text, known.original_text or ""))
            if is_same or (known.engine is not None and interview.status == "completed"):
                return Taken(interview, question, known, None)
            if known.engine is not None:
                corrected = await self.answers.correct(interview, question, text)
                return Taken(interview, question, corrected, "corrected")
        answer = await self.answers.type(interview, question, text, time_spent=time_spent)
        return Taken(interview, question, answer, "typed")


class JudgedSubmissions:
    """Takes answers whose candidate waits. The same text sent twice, also at once, is one answer with one evaluation
    and follow-up."""

    def __init__(self, database: Database, storage: Storage, evaluations: EvaluationService) -> None:
        self.database = database
        self.storage = storage
        self.evaluations = evaluations

    async def submit(
        self, subject: Subject, interview_ref: Ref, question_ref: Ref | Place, text: str, *, time_spent: float | None
    ) -> JudgedAnswer:
        """Answer a question, or answer it anew, and judge what was said. Conflict as of `SubmissionService.take`, and
        when the answer was changed while it was judged."""
        async with self.database.writing() as session:
            submissions = SubmissionService(session, self.storage)
            found = await submissions.take(subject, interview_ref, question_ref, text, time_spent=time_spent)
        evaluation = await self.evaluations.evaluate_question(found.question.id, anew=False)
        follow_up = await self.evaluations.follow_ups.next_for(found.question, evaluation)
        async with self.database.reading() as session:
            listed = await QuestionRepository(session).of_session(found.interview.id)
        shown = shown_evaluation(found.interview, evaluation)
        return JudgedAnswer(shown, follow_up.question if follow_up else None, places(listed))
