"""How common a word is. The lists of wordfreq (30 MB) are read when the first word is looked up, not at start."""

from functools import cache
from typing import Any


def zipf_frequency(word: str, language: str = "en", wordlist: str = "best") -> float:
    """The base-10 logarithm of how often `word` stands in a thousand million words of `language`; 0 when unknown.

    3 is a rare word of everyday language, 6 one of the most common ones (van Heuven et al. 2014, "SUBTLEX-UK").
    """
    frequency: float = _wordfreq().zipf_frequency(word, language, wordlist)
    return frequency


@cache
def _wordfreq() -> Any:
    import wordfreq

    return wordfreq
