"""The other way to a packaged model: its files from the hub where they were published, checked by the same SHA-256.

Whisper models have a way of their own (`app.engines.stt.whisper_models`), because any of them may be asked for.
"""

import hashlib
import os
import shutil
from pathlib import Path

from app.engines.models.catalogue import ModelFailed, PackagedModel


def download(model: PackagedModel, models_dir: Path) -> Path:
    """Fetches a model from its hub, or from the one that `HF_ENDPOINT` names; what is there already is left alone.

    The folder appears complete; an interrupted download is continued. Raises ModelFailed.
    """
    target = model.folder(models_dir)
    if model.is_present(models_dir):
        return target
    if model.hub is None:
        raise ModelFailed(f"{model.name} is published nowhere in this form: greenroom models build {model.name}")
    import huggingface_hub

    draft = models_dir / f".{model.name}.partial"
    for file in model.files:
        try:
            fetched = huggingface_hub.hf_hub_download(
                model.hub.repository,
                "/".join(filter(None, [model.hub.folder, file.name])),
                revision=model.hub.revision,
                local_dir=draft,
                endpoint=os.environ.get("HF_ENDPOINT") or None,
            )
        except Exception as error:  # the library raises its own, its HTTP client's and the system's errors
            raise ModelFailed(f"{model.name} could not be fetched ({error}): check the network and retry") from error
        with Path(fetched).open("rb") as opened:
            found = hashlib.file_digest(opened, "sha256").hexdigest()
        if found != file.sha256:
            Path(fetched).unlink()
            raise ModelFailed(f"{file.name} of {model.hub.repository} is not the known one (SHA-256 {found})")
        if Path(fetched) != draft / file.name:
            Path(fetched).replace(draft / file.name)
    for left in draft.iterdir():
        if left.is_dir():
            shutil.rmtree(left)
    draft.rename(target)
    return target
