"""The models that Python packages carry: what they are, where they lie on this machine, and how they get there.

`greenroom models build` puts them into the models folder. An engine asks for its folder by the name of the model:

    folder = models.find("heart", settings.models_path)   # raises ModelAbsent, which says what to do
"""

from app.engines.models.catalogue import (
    CATALOGUE,
    ModelAbsent,
    ModelFailed,
    PackagedModel,
    base,
    by_name,
    find,
    heart,
    smart_turn,
    tiny_en,
)

__all__ = [
    "CATALOGUE",
    "ModelAbsent",
    "ModelFailed",
    "PackagedModel",
    "base",
    "by_name",
    "find",
    "heart",
    "smart_turn",
    "tiny_en",
]
