"""What the process holds for its whole life: settings, database, engines. Requests, jobs and the CLI share it."""

import logging

ORPHAN_SECONDS = 3600.0
log = logging.getLogger(__name__)
