"""Audio in and out: recognise, measure, decode, encode, record, and decode as it arrives."""

from app.engines.audio.files import Encoding, Source, decode, decode_blocks, encode, encode_mp3, probe
from app.engines.audio.formats import SPEECH_RATE, AudioError, AudioInfo, AudioProblem, Pcm
from app.engines.audio.stream import StreamDecoder
from app.engines.audio.wav import WavWriter, repair, wav_content

__all__ = [
    "SPEECH_RATE",
    "AudioError",
    "AudioInfo",
    "AudioProblem",
    "Encoding",
    "Pcm",
    "Source",
    "StreamDecoder",
    "WavWriter",
    "decode",
    "decode_blocks",
    "encode",
    "encode_mp3",
    "probe",
    "repair",
    "wav_content",
]
