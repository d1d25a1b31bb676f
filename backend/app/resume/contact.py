"""Takes out of a résumé what identifies or reaches a person: it is of no use for judging and must not be stored."""

import re

from app.resume.places import is_place
from app.resume.sections import heading_kind
from app.resume.words import employer_score, title_score

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}\s?@\s?(?:[\w-]{1,63}\.){1,5}[\w-]{1,63}")
_LINK = re.compile(
    r"(?:https?://|www\.)\S+"
    r"|(?<![\w.-])(?:[\w-]{1,63}\.){1,5}(?:com|org|net|io|dev|me|co|ai|app|de|uk|edu|eu|info|xyz|tech)(?:/\S*|\b(?!\.?\w))"
    r"|\b(?:linked ?in|git ?hub|git ?lab|facebook|twitter|fb|instagram|youtube|quora|skype|stack ?overflow|xing|kaggle"
    r"|medium|leetcode)\s?(?:://?|:)\s*/*\s*@?[\w./-]+"
    r"|(?<!\w)@\w{2,}",
    re.IGNORECASE,
)
_DOMAIN_LIKE = frozenset("asp.net vb.net ado.net ml.net socket.io draw.io salesforce.com monday.com cypress.io".split())
"""Technology whose name looks like a link."""
_PHONE = re.compile(
    r"(?<![\w.])(?:\+\d{1,3}[\s.\-/]?)?(?:\(\d{1,5}\)[\s.\-/]?)?\d{2,5}(?:[\s.\-/]\d{2,5}){1,4}(?![\w%])"
)
_STREET = re.compile(
    r"\b\d{1,5}[A-Za-z]?[^\S\n\t]+(?:[A-Z][\w.'-]{0,30}[^\S\n\t]+){1,4}(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|way"
    r"|court|ct|square|sq|terrace|place|pl)\b\.?(?:,?\s*(?:apt|suite|unit|#)\.?\s*\w+)?"
    r"(?:,\s*[A-Z][a-z]+(?: [A-Z][a-z]+)?)?(?:,\s*[A-Z]{2}(?:\s+\d{5}(?:-\d{4})?)?\b)?"
    r"|\b[A-ZÄÖÜ][\w.-]{0,40}(?:straße|strasse|str\.|weg|platz|allee)\s+\d{1,4}[a-z]?\b"
    r"|\b(?:p\.?\s?o\.?\s?box)\s+\d+",
    re.IGNORECASE,
)
_POSTCODE = re.compile(
    r",\s*[A-Z]{2}\s+\d{5}(?:-\d{4})?\b|\b\d{5}\s+(?=[A-ZÄÖÜ][a-zäöüß]+\b)|\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b"
)
_LABELLED = re.compile(
    r"^[^\S\n]*(?:[•*\-–][^\S\n]*)?(?:e-?mail|phone|tel|telephone|mobile|cell|address|date of birth|born|birthday"
    r"|nationality|marital status|gender|age|website|web|homepage|portfolio)[^\S\n]*[:.].*$",
    re.IGNORECASE | re.MULTILINE,
)
_EMPTY_LABEL = re.compile(
    r"\b(?:e-?mail|phone|tel|telephone|mobile|cell|web|website|linkedin|github)\s*:\s*(?=$|\t|\|)",
    re.IGNORECASE | re.MULTILINE,
)
_DIGITS_IN_PHONE = 7
_DATE_LIKE = re.compile(
    r"^(?:19|20)\d\d\s?[-–/.]\s?(?:(?:19|20)?\d\d)$|^[0-3]?\d[/.-][01]?\d[/.-](?:19|20)\d\d$"
    r"|^(?:19|20)\d\d[/.-][01]\d(?:[/.-][0-3]\d)?(?:\s?[-–]\s?(?:19|20)\d\d[/.-][01]\d(?:[/.-][0-3]\d)?)?$|^\d{1,2}[/.]\d{4}\s?[-–]\s?\d{1,2}[/.]\d{4}$"
)
_NAME = re.compile(r"^[A-ZÀ-Ý][\w'’.-]*(?:\s+[A-ZÀ-Ý][\w'’.-]*){1,3}$")
PLAIN_NAME = 1.0
"""What `employer_score` gives to capitalised words that are no sign of a firm."""
_NAME_LINES = 4


def without_contacts(text: str) -> str:
    """`text` without e-mail, phone, links, handles, street addresses, personal data fields and the name."""
    text = _EMAIL.sub("", _LABELLED.sub("", _without_name(text)))
    text = _LINK.sub(lambda match: match.group() if match.group().lower() in _DOMAIN_LIKE else "", text)
    text = _POSTCODE.sub("", _STREET.sub("", text))
    text = _EMPTY_LABEL.sub("", _PHONE.sub(_unless_date, text))
    return _tidy(text)


def _unless_date(match: re.Match[str]) -> str:
    found = match.group()
    digits = sum(letter.isdigit() for letter in found)
    return found if digits < _DIGITS_IN_PHONE or _DATE_LIKE.match(found.strip()) else ""


def _without_name(text: str) -> str:
    """Drops a line of two to four capitalised words on top, or above the first e-mail address or phone number where a
    column holds them, unless it names a job, a firm or a section.
    """
    lines = text.split("\n")
    top = next((at for at, line in enumerate(lines) if heading_kind(line)), len(lines))
    reach = next((at for at, line in enumerate(lines) if _EMAIL.search(line) or _has_phone(line)), 0)
    for at in (*range(min(top, _NAME_LINES)), *range(max(0, reach - _NAME_LINES), reach + 1)):
        name = next((part.strip() for part in re.split(r"\t|\s[|•·]\s", lines[at]) if part.strip()), "")
        if _is_name(name):
            lines[at] = lines[at].replace(name, "", 1)
            break
    return "\n".join(lines)


def _has_phone(line: str) -> bool:
    return any(_unless_date(match) == "" for match in _PHONE.finditer(line))


def _is_name(text: str) -> bool:
    if not _NAME.match(text) or any(letter.isdigit() for letter in text) or heading_kind(text) or is_place(text):
        return False
    return title_score(text) < 0 and employer_score(text) <= PLAIN_NAME


def _tidy(text: str) -> str:
    """Removes the separators and empty lines that were left over."""
    lines = [re.sub(r"^[\s|•·,;/-]+$", "", line) for line in text.split("\n")]
    lines = [
        re.sub(r"(?:\s*[|·]\s*){2,}", " | ", line).strip(" |\t·,") if "|" in line or "·" in line else line
        for line in lines
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()
