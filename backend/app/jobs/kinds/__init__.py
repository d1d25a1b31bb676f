"""Every kind of job, one file each (the sweeps share one)."""

from app.jobs.kind import Kind
from app.jobs.kinds.delete_files import DELETE_FILES, FINISH_DELETION
from app.jobs.kinds.evaluate import EVALUATE, EVALUATE_LIVE
from app.jobs.kinds.forget_jobs import FORGET_JOBS
from app.jobs.kinds.recordings import FINISH_UPLOAD, LOOK_AT_FILM, PROCESS_RECORDING
from app.jobs.kinds.results import RESULTS
from app.jobs.kinds.sweep import RETENTION, SWEEP_FILES, SWEEP_LIVE, SWEEP_SPEECH
from app.jobs.kinds.transcribe import TRANSCRIBE

KINDS: tuple[Kind, ...] = (
    FINISH_UPLOAD,
    PROCESS_RECORDING,
    LOOK_AT_FILM,
    TRANSCRIBE,
    EVALUATE,
    EVALUATE_LIVE,
    RESULTS,
    DELETE_FILES,
    FINISH_DELETION,
    SWEEP_FILES,
    SWEEP_SPEECH,
    SWEEP_LIVE,
    RETENTION,
    FORGET_JOBS,
)
