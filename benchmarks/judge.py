"""`make bench-judge`: the judge against people, attacks and answers of known quality; into docs/benchmarks.md."""

from benchmarks.run import run

if __name__ == "__main__":
    run(
        {
            "content": "benchmarks.judge_content",
            "stories": "benchmarks.judge_story",
            "unseen": "benchmarks.judge_unseen",
            "delivery": "benchmarks.judge_delivery",
            "skills": "benchmarks.skills",
        },
        section="bench-judge",
    )
