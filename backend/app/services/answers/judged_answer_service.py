"""Typed answers whose candidate waits for the judgement: answered, judged and asked further in one go."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.database import Database
from app.engines.storage import Storage
from app.models import Evaluation, Question
from app.repositories.answers import AnswerRepository
from app.repositories.base import Ref
from app.repositories.interviews import QuestionRepository
from app.services.accounts.subject import Subject
from app.services.answers.answer_service import AnswerService
from app.services.answers.evaluation_service import EvaluationService
from app.services.interviews.interview_service import InterviewService
from app.services.interviews.question_service import Place, QuestionService, places
from app.services.results.screening import shown_evaluation


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """An answer's evaluation as the candidate may see it, and the question that is asked next about what it left out.

    `places` says of each question of the interview, by key, which one it is, from 1.
    """

    evaluation: Evaluation
    follow_up: Question | None
    places: Mapping[int, int]


class JudgedAnswerService:
    """Takes typed answers. The same text sent twice, also at once, is one answer with one evaluation and follow-up."""

    def __init__(self, database: Database, storage: Storage, evaluations: EvaluationService) -> None:
        self.database = database
        self.storage = storage
        self.evaluations = evaluations

    async def submit(
        self, subject: Subject, interview_ref: Ref, question_ref: Ref | Place, text: str, *, time_spent: float | None
    ) -> JudgedAnswer:
        """Answer a question, or answer it anew, and judge what was said.

        Conflict when the interview or the round of the question is over, when the question has a recording, or when the
        answer was changed while it was judged.
        """
        async with self.database.writing() as session:
            interview = await InterviewService(session).get(subject, interview_ref)
            question = await QuestionService(session).get(interview, question_ref)
            known = await AnswerRepository(session).of_question(question.id)
            if known is None or (known.kind, known.status, known.text) != ("text", "completed", text):
                await AnswerService(session, self.storage).type(interview, question, text, time_spent=time_spent)
        evaluation = await self.evaluations.evaluate_question(question.id, anew=False)
        follow_up = await self.evaluations.follow_ups.next_for(question, evaluation)
        async with self.database.reading() as session:
            listed = await QuestionRepository(session).of_session(interview.id)
        shown = shown_evaluation(interview, evaluation)
        return JudgedAnswer(shown, follow_up.question if follow_up else None, places(listed))
