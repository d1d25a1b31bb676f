"""A few routes of the notebook."""

from fastapi import APIRouter
from pydantic import BaseModel

from app.services.interviews.question_generation import GenerateWishes
from app.web.dependencies import CurrentAccount, Reading, ServicesDep, Writing
from app.web.text import AnswerText, Line, PathKey

router = APIRouter(prefix="/notebook", tags=["Notebook"])


class NewInterview(BaseModel):
    title: Line


class Interview(BaseModel):
    id: int
    title: str
    questions: list[int]


class NewAnswer(BaseModel):
    question: int
    text: AnswerText


class Answer(BaseModel):
    id: int
    text: str


@router.post("/interviews", status_code=201)
async def create_session(body: NewInterview, account: CurrentAccount, services: ServicesDep) -> Interview:
    """Create an interview with two questions."""
    async with services.writing() as writes:
        interview = await writes.interviews.create(account, {"title": body.title})
    generated = await services.questions.generate(account, interview.id, GenerateWishes(count=2, seed=1))
    ids = [view.question.id for view in generated.questions]
    return Interview(id=interview.id, title=interview.title, questions=ids)


@router.get("/interviews/{key}")
async def get_session(key: PathKey, account: CurrentAccount, reads: Reading) -> Interview:
    """One interview."""
    interview = await reads.interviews.get(account, key)
    views = await reads.questions.views(interview)
    return Interview(id=interview.id, title=interview.title, questions=[view.question.id for view in views])


@router.post("/interviews/{key}/answers", status_code=201)
async def answer_question(key: PathKey, body: NewAnswer, account: CurrentAccount, writes: Writing) -> Answer:
    """Write the answer to a question."""
    interview = await writes.interviews.get(account, key)
    question = await writes.questions.get(interview, body.question)
    answer = await writes.answers.type(interview, question, body.text)
    return Answer(id=answer.id, text=answer.text)


@router.get("/crash")
async def crash() -> None:
    """Fail in a way that nobody expected."""
    raise RuntimeError("nobody expected this")
