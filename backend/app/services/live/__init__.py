"""The live interview, apart from any transport.

    transport ── Link ── LiveInterview (the script) ── Turn ─┬─ Recorder ───────────── WAV on disk
                                  │                          └─ AnswerTranscription ── LiveTranscriber
                                  ├─ Voice ──── TtsService
                                  ├─ Judging ── EvaluationService
                                  └─ LiveStore ── one short transaction for each thing that happens

A transport finds out who is calling and which interview is meant, and then:

    link = await live.join(subject, ref, Options(sample_rate=16_000))    # LiveService, from the runtime
    try:
        # task 1: what the server says
        async for event in link:             # services.live.events: render each by its type
            await send(event)
        await close(link.closing)            # code and text of services.live.closing
        # task 2: what the client says
        await link.audio(first_sample, pcm)  # PCM16 bytes; first_sample None: right after the last
        await link.obey(SpeechEnd())         # any command of services.live.commands
    finally:
        link.leave()                         # the interview waits for another connection

`app.web.live` is that loop for WebSockets, and `run_link` there its inner part for any other transport.

`join` raises NotFound, Conflict (over, or without questions), Unavailable (too many interviews) and LiveError (another
sample rate than the answer was begun with). A transport keeps and cleans up nothing else: commands that cannot be
followed come back as `CommandRejected`, the iteration ends for a connection that was replaced or is too slow, and an
interview whose connection is gone waits LIVE_PARK_SECONDS for another. Audio in containers (WebM, Ogg, WAV) is decoded
first (`app.web.sound.AudioStream`) and sent at 16 kHz with `first_sample=None`.
"""
