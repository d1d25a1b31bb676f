"""Whether a changed text is a correction or another answer."""

import pytest

from app.models import Answer
from app.services.answers.rewritten import is_rewritten

HEARD = "we moved the post grass data base to a new server over night"


@pytest.mark.parametrize(
    ("text", "rewritten"),
    [
        ("We moved the Postgres database to a new server overnight", False),
        (HEARD, False),
        ("Our team of five wrote tests for every payment that had failed in March", True),
    ],
)
def test_another_answer_has_few_words_of_what_was_heard(text: str, rewritten: bool) -> None:
    assert is_rewritten(Answer(text=text, original_text=HEARD)) is rewritten
    assert not is_rewritten(Answer(text=text, original_text=None))
