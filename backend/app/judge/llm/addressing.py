"""Words of a language model that speak to whoever gives marks: an answer may have told it to, so they go no further.

What a candidate says to the grader is told by meaning (`screening/sentence_kinds.py`). A model writes advice, which
sounds alike ("you covered every point"), so here only what no advice holds is looked for.
"""

import re

_GRADER = r"(?:grader|evaluator|examiner|scorer|scoring system|(?:ai|language) model|chatbot|llm)"
_BEST = r"(?:full|top|max(?:imum|imal)?|perfect|highest|best) (?:scores?|marks?|points|grades?|ratings?|credit)"
_ADDRESS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b[^.!?]{0,40}\b(?:instructions?|prompts?|rubrics?|guidelines)\b"
    rf"|\b(?:you are|note to|message to|attention|dear|hello),? (?:now )?(?:an? |the )?(?:\w+ )?{_GRADER}"
    rf"|\b(?:give|award|assign|grant|deserves?|earns?)\b[^.!?]{{0,40}}\b(?:{_BEST}|10(?:0 ?%|0? ?(?:/|out of) ?10))"
    r"|\b(?:this|the) (?:candidate|applicant|answer) (?:must|should|has to) (?:be (?:hired|passed)|get|receive)\b"
    r"|[\"']?\b(?:score|grade|rating)[\"']? ?[:=] ?\"?\d|^\W*(?:system|assistant|developer) ?:|\[/?inst\]|<\|",
    re.IGNORECASE,
)


def speaks_to_grader(text: str) -> bool:
    """Whether `text` tells somebody which marks to give, or a model what to do."""
    return bool(_ADDRESS.search(text.replace("’", "'")))
