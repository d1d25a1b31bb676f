"""Greenroom: a mock-interview server."""

import os

# The matrices here are small. A second BLAS thread gains nothing and keeps a core busy while it waits; read by numpy
# when it is first imported, so it is set before.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
