"""Takes out of a résumé what identifies or reaches a person: it is of no use for judging and must not be stored."""

import re

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
    r"\b\d{1,5}[A-Za-z]?\s+(?:[A-Z][\w.'-]{0,30}\s+){1,4}(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|way"
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
_DATE_LIKE = re.compile(r"^(?:19|20)\d\d\s?[-–/.]\s?(?:(?:19|20)?\d\d)$|^\d{1,2}[/.]\d{4}\s?[-–]\s?\d{1,2}[/.]\d{4}$")
_NAME = re.compile(r"^[A-ZÀ-Ý][\w'’.-]*(?:\s+[A-ZÀ-Ý][\w'’.-]*){1,3}$")
_ROLE_IN_NAME = re.compile(
    r"engineer|developer|manager|analyst|scientist|designer|consultant|architect|administrator|specialist|lead|intern"
    r"|student|teacher|nurse|summary|profile|r[eé]sum[eé]|curriculum|experience|education|skills",
    re.IGNORECASE,
)
_NAME_LINES = 4


def without_contacts(text: str) -> str:
    """`text` without e-mail, phone, links, handles, street addresses, personal data fields and the name on top."""
    text = _EMAIL.sub("", _LABELLED.sub("", text))
    text = _LINK.sub(lambda match: match.group() if match.group().lower() in _DOMAIN_LIKE else "", text)
    text = _POSTCODE.sub("", _STREET.sub("", text))
    text = _EMPTY_LABEL.sub("", _PHONE.sub(_unless_date, text))
    return _tidy(_without_name(text))


def _unless_date(match: re.Match[str]) -> str:
    found = match.group()
    digits = sum(letter.isdigit() for letter in found)
    return found if digits < _DIGITS_IN_PHONE or _DATE_LIKE.match(found.strip()) else ""


def _without_name(text: str) -> str:
    """Drops a line of two to four capitalised words near the top, unless it names a job or a section."""
    lines = text.split("\n")
    for at, line in enumerate(lines[:_NAME_LINES]):
        candidate = line.split("\t")[0].strip()
        if _NAME.match(candidate) and not _ROLE_IN_NAME.search(candidate) and not any(c.isdigit() for c in candidate):
            lines[at] = line.replace(candidate, "", 1)
            break
    return "\n".join(lines)


def _tidy(text: str) -> str:
    """Removes the separators and empty lines that were left over."""
    lines = [re.sub(r"^[\s|•·,;/-]+$", "", line) for line in text.split("\n")]
    lines = [
        re.sub(r"(?:\s*[|·]\s*){2,}", " | ", line).strip(" |\t·,") if "|" in line or "·" in line else line
        for line in lines
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()
