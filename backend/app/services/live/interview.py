"""The turn machine: one live interview, whoever is connected and by whatever transport.

The interview is a script (`run`): ask, listen, close the answer, judge it, follow up or go on, until no question is
left. Commands do not steer the script; they end the present turn (`SpeechEnd`, `TypedAnswer`, `Skip`, `EndInterview`)
or change how it goes on (`Pause`, `Resume`, `Repeat`, `BargeIn`). The database alone says how far the interview is, so
a new process goes on where one before has died.
"""

import asyncio
import contextlib
import logging
import time
from datetime import timedelta
from uuid import uuid4

from app.engines.pool import on_behalf_of
from app.models import InterviewSession, now
from app.repositories.base import Ref
from app.services.answers.answer_service import is_open, same_words
from app.services.live import phrases
from app.services.live.closing import ENDED, FAILED, LEFT, OPENED_ELSEWHERE
from app.services.live.commands import (
    BargeIn,
    Command,
    EndInterview,
    Pause,
    Repeat,
    Resume,
    Skip,
    SpeechEnd,
    TypedAnswer,
)
from app.services.live.endpointing import LONG_SILENCE, LONGEST_SILENCE, EndOfAnswer
from app.services.live.events import (
    AnswerClosed,
    Event,
    InterviewEnded,
    Joined,
    LiveQuestion,
    Notice,
    Plan,
    QuestionAsked,
    RecordId,
    State,
    StateChanged,
)
from app.services.live.judging import Judgement, Judging
from app.services.live.link import Link, LiveError, Options
from app.services.live.recorder import SAVE_SECONDS
from app.services.live.store import StaleState, TakenOver
from app.services.live.turn import Outcome, Tools, Turn
from app.services.live.voice import Voice

TICK = 0.1
"""Seconds between two looks at the clock."""
TOUCH_SECONDS = 20.0
"""How often the file of an answer is touched while no audio comes, so that no other process closes the answer."""
CHECK_SECONDS = 1.0
"""How often to check that no other process has taken the interview over."""
TAKE_OVER_SECONDS = CHECK_SECONDS + SAVE_SECONDS + 0.5
"""How long a process that takes over waits for the other to notice and to save its last samples."""
AWAY_SECONDS = 8.0
"""Silence of a client that sends sound or pings, after which it counts as away; the page pings every five seconds."""
FOLLOW_UP_PATIENCE = 3.0
"""Seconds to wait for an evaluation before the interview goes on without a follow-up; the built-in judge takes 0.1."""
LAST_EVALUATIONS = 5.0
"""Seconds that the end of the interview waits for evaluations, so that their results still go out."""
SECOND_NUDGE = 3.0
"""The second encouragement comes after the first wait times this."""
STILL_THERE = Notice(
    "still_there",
    f"Still there? Your answer ends in {LONGEST_SILENCE - LONG_SILENCE:.0f} s: keep speaking, or end it yourself.",
)
GOES_ON = Notice("answer_goes_on", "You are heard: your answer goes on.")
log = logging.getLogger(__name__)


class LiveInterview:
    """One interview that is in progress. `open` it, `run` it in a task of its own, and `attach` connections."""

    def __init__(self, interview: InterviewSession, tools: Tools, judging: Judging, voice: Voice, engine: str) -> None:
        self.interview = interview
        self.link: Link | None = None
        self.state: State = "asking"
        self.turn: Turn | None = None
        self._tools, self._judging, self._voice, self._engine = tools, judging, voice, engine
        self._share = interview.owner_id or interview.public_id
        self._holder = uuid4().hex
        self._asked = False
        self._paused_in: State = "listening"
        self._ending = False
        self.is_closing = False
        """Whether this process is done with the interview: who comes now opens it again."""
        self._alone_since = time.monotonic()
        self._touched = time.monotonic()
        self._acknowledged = 0
        self._nudges = 0
        self._warned = False
        self._judgements: set[Judgement] = set()
        self._planned = 0
        self._followed_up: tuple[int, ...] = ()
        self._follow_ups = Options().follow_ups
        self._end_of_answer: EndOfAnswer = Options().end_of_answer
        self._asked_whether_there = False
        self._is_away = False

    @property
    def left_at(self) -> float | None:
        """When the last connection left, in seconds of the monotonic clock; None while somebody is connected."""
        return self._alone_since if self.link is None else None

    @property
    def places(self) -> frozenset[int]:
        """See `Link.places`."""
        if self.turn is None or self.state in ("processing", "ended"):
            return frozenset()
        return frozenset({self.turn.place, self.turn.root_place})

    # what transports do

    def attach(self, options: Options) -> Link:
        """A new connection takes the interview over; an older one is closed. LiveError for another sample rate."""
        rate = self.turn.rate if self.turn else None
        if rate is not None and rate != options.sample_rate:
            raise LiveError("sample_rate", f"This answer was begun at {rate} Hz: send sample_rate {rate}.")
        if self.link is not None:
            self.link.queue.close(OPENED_ELSEWHERE)
        link = self.link = Link(self, options)
        self._follow_ups, self._end_of_answer = options.follow_ups, options.end_of_answer
        self._is_away = False
        self._asked_whether_there = False
        self._voice.is_muted = not options.speech
        if self.turn is not None:
            self.turn.language = options.language or self.turn.language
        link.queue.put_first(self._introduction(options))
        if self.state == "asking" and self._asked:
            self._ask_aloud()
        return link

    def detach(self, link: Link) -> None:
        """A connection is gone."""
        link.queue.close(LEFT)
        if self.link is link:
            self.link = None
            self._alone_since = time.monotonic()
            self._voice.stop()

    async def audio(self, link: Link, first_sample: int | None, data: bytes) -> None:
        """Audio of the candidate. Without echo cancellation it shows that the client has stopped playing the question.

        In a pause candidates may talk to somebody else: audio that comes then is kept as silence of the same length.
        """
        turn = self.turn
        if turn is None or self.state in ("processing", "ended"):
            return
        on_behalf_of.set(self._share)
        if self.state == "paused":
            data = bytes(len(data))
        taken = await turn.audio(first_sample, data, link.options.sample_rate)
        if taken and self.state == "asking" and not link.options.echo_cancellation:
            self._listen_now()

    async def obey(self, command: Command) -> None:
        """Follow a command. LiveError when it makes no sense now."""
        match command:
            case EndInterview():
                self._ending = True
                if self.turn is not None:
                    self.turn.end(Outcome("ended"))
            case Pause():
                self._pause()
            case Resume():
                self._resume()
            case SpeechEnd(follow_up):
                turn = self._open_turn()
                if not turn.held:
                    raise LiveError("nothing_recorded", "No sound of this answer has come yet. Speak, type, or skip.")
                turn.end(Outcome("answered", follow_up=follow_up))
            case TypedAnswer(text):
                self._open_turn().end(Outcome("answered", text))
            case Skip():
                self._open_turn().end(Outcome("skipped"))
            case Repeat():
                self._open_turn()
                if self.state != "paused":
                    self._ask_aloud()
            case BargeIn():
                self._open_turn()
                if self.state == "asking":
                    self._listen_now()

    async def take_text(self, question: Ref, text: str, within: float) -> None:
        """What a client sends beside its connection as the answer to a question ends the turn, when it is this one's.
        Returns when the answer is closed, or after so many seconds."""
        turn = self.turn
        if turn is None or question not in (turn.question.id, turn.question.public_id):
            return
        heard = " ".join(segment.text for segment in turn.transcript)
        if turn.held and (not text or same_words(text, heard)):
            turn.end(Outcome("answered"))
        elif text:
            turn.end(Outcome("answered", text))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while self.turn is turn and (turn.answer is None or is_open(turn.answer)):  # noqa: ASYNC110  polled as the clock is
                    await asyncio.sleep(TICK)

    # the script

    async def open(self) -> None:
        """Take the interview over and find out where it stands. StaleState when it is over."""
        if await self._tools.store.hold(self.interview.id, self._holder):
            await asyncio.sleep(TAKE_OVER_SECONDS)
        self._acknowledged = await self._tools.store.acknowledgements(self.interview.id)
        await self._next_turn()

    async def run(self) -> None:
        """Conduct the interview to its end, or until nobody has been connected for long."""
        on_behalf_of.set(self._share)
        try:
            while self.turn is not None:
                if not await self._take_turn(self.turn):
                    return
            await self._finish(self._closing)
        except StaleState:
            self._over()
        except TakenOver:
            if self.link is not None:
                self.link.queue.close(OPENED_ELSEWHERE)
        except Exception:
            log.exception("live interview %s failed", self.interview.public_id)
        finally:
            self.is_closing = True
            await self.close()
            if self.link is not None:  # a connection joined while the interview was being closed
                self.link.queue.close(FAILED)

    async def close(self) -> None:
        """Stop and leave everything as it is; the process that opens the interview next goes on with it."""
        self._voice.close()
        if self.turn is not None:
            await self.turn.abandon()
        with contextlib.suppress(StaleState):
            await self._tools.store.release(self.interview.id, self._holder)

    async def _take_turn(self, turn: Turn) -> bool:
        """One question from asking to the next; False when the interview stops here."""
        try:
            goes_on = await self._settle(turn, await self._listen(turn))
        except StaleState:
            goes_on = True
            self.emit(Notice("answer_replaced", "This question has been answered in another way in the meantime."))
        finally:
            await turn.abandon()
        if goes_on:
            await self._next_turn()
        return goes_on

    async def _next_turn(self) -> None:
        current = await self._tools.store.current(self.interview.id)
        self._followed_up = current.followed_up if current else ()
        self._planned = current.planned if current else self._planned
        language = self.link.options.language if self.link else None
        self.turn = Turn(current, self._tools, self.emit, language=language) if current else None
        self._asked, self._nudges, self._warned, self._asked_whether_there = False, 0, False, False
        if self.turn is not None:
            await self.turn.resume()
            self._asked = bool(self.turn.held)

    async def _listen(self, turn: Turn) -> Outcome:
        """Ask the question and wait until the turn is over."""
        if self._ending:
            return Outcome("ended")
        self._set_state("listening" if self._asked else "asking")
        if self._asked:
            await self._prepare_speech(turn)
        at = checked = time.monotonic()
        while not turn.outcome.done():
            before, at = at, time.monotonic()
            if at - checked >= CHECK_SECONDS:
                checked = at
                await self._tools.store.require_hold(self.interview.id, self._holder, turn.question)
            if self.link is None:
                if at - self._alone_since >= self._tools.settings.park_seconds:
                    turn.end(Outcome("parked"))
            elif not self._asked:
                self._asked = True
                await self._tools.store.asked(turn.question)
                self._ask_aloud()
                await self._prepare_speech(turn)
            else:
                await self._watch(turn, at - before)
            await asyncio.wait({turn.outcome}, timeout=TICK)
        return turn.outcome.result()

    async def _watch(self, turn: Turn, elapsed: float) -> None:
        """Act on the time that has passed and on what was recognised. `elapsed` is in seconds."""
        if time.monotonic() - self._touched >= TOUCH_SECONDS:
            self._touched = time.monotonic()
            await turn.touch()
        if self.state == "asking" and (turn.endpoint.barges_in or self._voice.is_silent):
            self._listen_now()
        elif self.state == "listening" and not self._away(turn):
            turn.active += elapsed
            if turn.is_overtime and not self._warned:
                self._warned = True
                self.emit(Notice("time_limit", "The time for this answer is up: finish your thought."))
            if self._is_over(turn):
                turn.end(Outcome("answered"))
            elif self._is_nudge_due(turn):
                text = phrases.NUDGES[self._nudges]
                self._nudges += 1
                self._set_state("asking")
                self._voice.begin(text, self.emit)
                await self._tools.store.add_message(turn.question, "nudge", text)

    def _away(self, turn: Turn) -> bool:
        """Whether the connection is lost without a word, as a network loses it: a client that sent something sends
        nothing any more. Its time does not count, also not what passed before that was noticed. Once it is back, it is
        told how much is left."""
        silent_for = self.link.silent_for if self.link else 0.0
        was_away, self._is_away = self._is_away, silent_for > AWAY_SECONDS
        if self._is_away and not was_away:
            turn.active = max(0.0, turn.active - silent_for)
        elif was_away and not self._is_away:
            self.emit(QuestionAsked(self._question(turn)))
        return self._is_away

    def _is_over(self, turn: Turn) -> bool:
        """Whether silence ends the answer. Whoever ends it themselves is warned before."""
        if self._end_of_answer == "silence":
            return turn.endpoint.is_over(overtime=turn.is_overtime)
        if turn.endpoint.is_long_silent != self._asked_whether_there:
            self._asked_whether_there = turn.endpoint.is_long_silent
            self.emit(STILL_THERE if self._asked_whether_there else GOES_ON)
        return turn.endpoint.is_left_open

    async def _settle(self, turn: Turn, outcome: Outcome) -> bool:
        """Close the turn; False when the interview stops with it."""
        self._voice.stop()
        if outcome.kind == "parked":
            if await turn.finish(keep_silence=False) is not None:
                self._judge(turn)
            self.is_closing = self.link is None
            return not self.is_closing
        self._set_state("processing")
        if outcome.kind == "skipped":
            await turn.discard()
            await self._acknowledge(turn, phrases.SKIPPED)
            return True
        if outcome.kind == "ended":
            if await turn.finish(keep_silence=False) is not None:
                self._answer_closed(turn)
                self._judge(turn)
            await self._finish(phrases.FAREWELL)
            return False
        if outcome.typed is not None:
            turn.answer = await turn.type(outcome.typed)
        else:
            await turn.finish()
        await self._go_on(turn, follow_up=outcome.follow_up)
        return True

    async def _go_on(self, turn: Turn, *, follow_up: bool) -> None:
        """Acknowledge the answer at once, judge it, and ask for what it left out."""
        self._answer_closed(turn)
        judgement = self._judge(turn)
        await self._acknowledge(turn, phrases.ACKNOWLEDGEMENTS)
        if not follow_up and turn.followed_up >= self._follow_ups:
            return
        done, _ = await asyncio.wait({judgement}, timeout=FOLLOW_UP_PATIENCE)
        evaluation = judgement.result() if done else None
        if evaluation is not None and not self._ending:
            await self._judging.follow_up(turn.question, evaluation)

    async def _finish(self, words: str) -> None:
        """Say goodbye and complete the interview."""
        await self._voice.say(words, self.emit)
        if self._judgements:
            await asyncio.wait(self._judgements, timeout=LAST_EVALUATIONS)
        await self._tools.store.complete(self.interview.id, words)
        self._over()

    def _over(self) -> None:
        self._set_state("ended")
        self.emit(InterviewEnded(RecordId.of(self.interview)))
        if self.link is not None:
            self.link.queue.close(ENDED)

    # details

    @property
    def _closing(self) -> str:
        return phrases.SCREENING_CLOSING if self.interview.kind == "screening" else phrases.CLOSING

    def emit(self, event: Event) -> None:
        """Send an event to the connection there is. Connections that come later do not get it."""
        if self.link is not None:
            self.link.queue.put(event)

    def _introduction(self, options: Options) -> list[Event]:
        joined = Joined(
            plan=Plan(self._planned, sum(max(0, self._follow_ups - added) for added in self._followed_up)),
            session=RecordId.of(self.interview),
            engine=self._engine,
            question=self._question(self.turn) if self.turn else None,
            next_sample=self.turn.held if self.turn else 0,
            sample_rate=options.sample_rate,
            state=self.state,
        )
        return [joined, *(self.turn.transcript if self.turn else ()), StateChanged(self.state)]

    def _question(self, turn: Turn) -> LiveQuestion:
        question = turn.question
        left = max(0.0, question.time_limit - turn.active) + self._voice.seconds_left
        return LiveQuestion(
            id=RecordId.of(question),
            number=question.number,
            place=turn.place,
            root_place=turn.root_place,
            text=question.text,
            category=question.category,
            time_limit=question.time_limit,
            deadline=None if self.state == "paused" else now() + timedelta(seconds=left),
            follow_up_of=turn.follow_up_of,
        )

    def _open_turn(self) -> Turn:
        if self.turn is None or self.state in ("processing", "ended") or self.turn.outcome.done():
            raise LiveError("not_now", "There is no question open at this moment.")
        return self.turn

    def _ask_aloud(self) -> None:
        if self.turn is None:
            return
        self._set_state("asking")
        self._voice.begin(self.turn.question.text, self.emit)
        self.emit(QuestionAsked(self._question(self.turn)))

    def _listen_now(self) -> None:
        self._voice.stop()
        self._set_state("listening")

    def _pause(self) -> None:
        self._open_turn()
        if self.state != "paused":
            self._paused_in = self.state
            self._voice.stop()
            self._set_state("paused")

    def _resume(self) -> None:
        turn = self._open_turn()
        if self.state != "paused":
            raise LiveError("not_paused", "The interview is not paused.")
        turn.end_pause()
        if self._paused_in == "asking":
            self._ask_aloud()
        else:
            self._set_state("listening")
            self.emit(QuestionAsked(self._question(turn)))

    async def _prepare_speech(self, turn: Turn) -> None:
        """Have ready what can be said in this turn and after it, as far as it is known."""
        following = await self._tools.store.following(turn.question)
        self._voice.prepare(
            turn.question.text,
            self._phrase(phrases.ACKNOWLEDGEMENTS),
            self._phrase(phrases.SKIPPED),
            following.text if following else self._closing,
        )

    def _is_nudge_due(self, turn: Turn) -> bool:
        wait = self._tools.settings.nudge_seconds * (SECOND_NUDGE if self._nudges else 1)
        due = 0 < wait <= turn.active and self._nudges < len(phrases.NUDGES) and not self._voice.is_muted
        return due and not turn.words and not turn.endpoint.is_speaking

    def _set_state(self, state: State) -> None:
        if state != self.state:
            self.state = state
            self.emit(StateChanged(state))

    def _phrase(self, choices: tuple[str, ...]) -> str:
        return phrases.pick(choices, seed=str(self.interview.public_id), turn=self._acknowledged)

    async def _acknowledge(self, turn: Turn, choices: tuple[str, ...]) -> None:
        if self._voice.is_muted:
            return
        text = self._phrase(choices)
        self._acknowledged += 1
        await self._voice.say(text, self.emit)
        await self._tools.store.add_message(turn.question, "acknowledgement", text)

    def _answer_closed(self, turn: Turn) -> None:
        if turn.answer is not None:
            self.emit(AnswerClosed(RecordId.of(turn.answer), RecordId.of(turn.question), turn.answer.text))

    def _judge(self, turn: Turn) -> Judgement:
        assert turn.answer is not None  # noqa: S101  the answer was just closed
        judgement = self._judging.start(RecordId.of(turn.answer), self.emit)
        self._judgements.add(judgement)
        judgement.add_done_callback(self._judgements.discard)
        return judgement
