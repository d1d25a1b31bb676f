"""Every kind of job, one file each (the sweeps share one)."""

from app.jobs.kind import Kind
from app.jobs.kinds.delete_files import DELETE_FILES
from app.jobs.kinds.evaluate import EVALUATE, EVALUATE_LIVE
from app.jobs.kinds.forget_jobs import FORGET_JOBS
from app.jobs.kinds.results import RESULTS
from app.jobs.kinds.sweep import SWEEP_FILES, SWEEP_LIVE, SWEEP_SPEECH
from app.jobs.kinds.transcribe import TRANSCRIBE

KINDS: tuple[Kind, ...] = (
    TRANSCRIBE,
    EVALUATE,
    EVALUATE_LIVE,
    RESULTS,
    DELETE_FILES,
    SWEEP_FILES,
    SWEEP_SPEECH,
    SWEEP_LIVE,
    FORGET_JOBS,
)
