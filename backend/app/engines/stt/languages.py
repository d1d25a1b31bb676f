"""Language hints as clients send them: "en", "EN", "en_US", "de-DE", "deu", "english", "Deutsch", "auto", ""."""

from typing import Annotated

import langcodes
from langcodes.tag_parser import LanguageTagError
from pydantic import BeforeValidator

NAMES = dict(
    pair.split("=")
    for pair in (
        "af=afrikaans am=amharic ar=arabic as=assamese az=azerbaijani ba=bashkir be=belarusian bg=bulgarian "
        "bn=bengali bo=tibetan br=breton bs=bosnian ca=catalan cs=czech cy=welsh da=danish de=german el=greek "
        "en=english es=spanish et=estonian eu=basque fa=persian fi=finnish fo=faroese fr=french gl=galician "
        "gu=gujarati ha=hausa haw=hawaiian he=hebrew hi=hindi hr=croatian ht=haitian hu=hungarian hy=armenian "
        "id=indonesian is=icelandic it=italian ja=japanese jw=javanese ka=georgian kk=kazakh km=khmer kn=kannada "
        "ko=korean la=latin lb=luxembourgish ln=lingala lo=lao lt=lithuanian lv=latvian mg=malagasy mi=maori "
        "mk=macedonian ml=malayalam mn=mongolian mr=marathi ms=malay mt=maltese my=burmese ne=nepali nl=dutch "
        "nn=nynorsk no=norwegian oc=occitan pa=punjabi pl=polish ps=pashto pt=portuguese ro=romanian ru=russian "
        "sa=sanskrit sd=sindhi si=sinhala sk=slovak sl=slovenian sn=shona so=somali sq=albanian sr=serbian "
        "su=sundanese sv=swedish sw=swahili ta=tamil te=telugu tg=tajik th=thai tk=turkmen tl=tagalog tr=turkish "
        "tt=tatar uk=ukrainian ur=urdu uz=uzbek vi=vietnamese yi=yiddish yo=yoruba yue=cantonese zh=chinese"
    ).split()
)
"""The languages of Whisper by the codes that it uses, most of them ISO 639-1."""
_ALSO = {
    "deutsch": "de", "español": "es", "espanol": "es", "castilian": "es", "castellano": "es", "français": "fr",
    "francais": "fr", "italiano": "it", "português": "pt", "portugues": "pt", "nederlands": "nl", "flemish": "nl",
    "polski": "pl", "русский": "ru", "українська": "uk", "türkçe": "tr", "turkce": "tr", "svenska": "sv",
    "norsk": "no", "nb": "no", "dansk": "da", "suomi": "fi", "čeština": "cs", "magyar": "hu", "română": "ro",
    "हिन्दी": "hi", "العربية": "ar", "日本語": "ja", "中文": "zh", "mandarin": "zh", "cmn": "zh", "한국어": "ko",
    "tiếng việt": "vi", "ελληνικά": "el", "farsi": "fa", "moldovan": "ro", "valencian": "ca", "jv": "jw", "fil": "tl",
}  # fmt: skip
"""What speakers call their own language, other names, and codes that Whisper has under another one."""
_BY_NAME = {name: code for code, name in NAMES.items()} | _ALSO
LONGEST_HINT = 40
_ANY = frozenset({"", "auto", "automatic", "detect", "any", "und", "mul", "none", "null", "undefined"})


class UnknownLanguage(ValueError):
    """A language hint that means nothing; the message says what would."""


def parse_language(hint: str | None) -> str | None:
    """The code of Whisper for a hint, None where the language is to be detected. Raises UnknownLanguage."""
    if hint is not None and len(hint) > LONGEST_HINT:
        raise UnknownLanguage(f"a language has at most {LONGEST_HINT} characters")
    text = (hint or "").strip().lower().partition(".")[0].replace("_", "-")
    if text in _ANY:
        return None
    if text in _BY_NAME:
        return _BY_NAME[text]
    try:
        code = langcodes.Language.get(text).language or ""
    except LanguageTagError:
        code = ""
    code = _BY_NAME.get(code, code)
    if code not in NAMES:
        raise UnknownLanguage(
            f"'{hint}' is no language that can be heard: send a code such as 'en' or 'de-DE', a name such as "
            "'english', or 'auto'"
        )
    return code


def _from_client(value: object) -> object:
    return parse_language(value) if isinstance(value, str) else value


LanguageHint = Annotated[str | None, BeforeValidator(_from_client)]
"""A field of a request; it holds the code of Whisper or None. What means no language is a validation error."""
