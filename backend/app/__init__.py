"""Greenroom: a mock-interview server."""

import gc
import os

# The matrices here are small. A second BLAS thread gains nothing and keeps a core busy while it waits; read by numpy
# when it is first imported, so it is set before.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Imports make objects that stay for good. With Python's own threshold of 700 the collector walks them so often that it
# takes a quarter of the start; requests make few cycles, so they need it no more often either.
gc.set_threshold(50_000, 10, 10)
