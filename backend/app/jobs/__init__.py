"""Durable background work: who does it (`worker`) and what each kind of job does (`kinds`)."""
