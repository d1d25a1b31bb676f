"""What is measured, each time beside a baseline in the same run. `docs/benchmarks.md` keeps what was seen."""
