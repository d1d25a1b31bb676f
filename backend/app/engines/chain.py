"""Several engines for one job, best first: when one cannot do it, the next is asked."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar


class Engine(Protocol):
    """What every engine has."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    async def warm_up(self) -> None: ...

    async def close(self) -> None: ...


E = TypeVar("E", bound=Engine)
R = TypeVar("R")
log = logging.getLogger(__name__)


@dataclass(slots=True)
class EngineState:
    """Whether an engine takes part; `reason` says why not, or what was wrong with it last, `why` how it was chosen."""

    name: str
    live: bool
    reason: str = ""
    why: str = ""


class Chain(Generic[E]):
    """Engines by name in the order in which they are asked. `passing` are the errors after which the next is."""

    job = ""

    def __init__(
        self, engines: Mapping[str, E], states: Sequence[EngineState], passing: tuple[type[Exception], ...]
    ) -> None:
        self._engines = dict(engines)
        self._states = {state.name: state for state in states}
        self._passing = passing

    @property
    def first(self) -> E:
        """The engine that is used as long as it works."""
        return next(iter(self._engines.values()))

    @property
    def name(self) -> str:
        return self.first.name

    @property
    def version(self) -> str:
        return self.first.version

    async def warm_up(self) -> None:
        """Loads the first engine that can be loaded; raises what the first one raised when none can."""
        await self._attempt(lambda engine: engine.warm_up())

    async def close(self) -> None:
        """Closes all engines."""
        for engine in self._engines.values():
            await engine.close()

    def describe(self) -> dict[str, Any]:
        """For readiness: the engine in use and, for each, whether it is live and what was wrong last."""
        engines = [
            {"name": state.name, "live": state.live, "reason": state.reason, "why": state.why}
            for state in self._states.values()
        ]
        return {"engine": self.name, "version": self.version, "engines": engines}

    async def _attempt(self, call: Callable[[E], Awaitable[R]], able: Callable[[E], bool] = lambda _: True) -> R:
        """The result of the first of the `able` engines that gives one; raises the first failure when none does."""
        failure: Exception | None = None
        for name, engine in self._engines.items():
            if not able(engine):
                continue
            try:
                result = await call(engine)
            except self._passing as error:
                self._states[name].reason = str(error)
                log.warning("%s by %s failed: %s", self.job, name, error)
                failure = failure or error
            else:
                self._states[name].reason = ""
                return result
        assert failure is not None  # noqa: S101 - there is at least one engine
        raise failure
