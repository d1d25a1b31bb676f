"""Every kind of job, one file each."""

from app.jobs.kind import Kind
from app.jobs.kinds.forget_jobs import FORGET_JOBS

KINDS: tuple[Kind, ...] = (FORGET_JOBS,)
