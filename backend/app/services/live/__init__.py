"""The live interview, apart from any transport.

    transport ── Link ── LiveInterview (the script) ── Turn ─┬─ Recorder ── WAV on disk
                                  │                          └─ Hearing ─── LiveTranscriber
                                  ├─ Voice ── TtsService
                                  ├─ Judging ── EvaluationService, FollowUpService
                                  └─ LiveStore ── one short transaction for each thing that happens

How a transport plugs in. It finds out who is calling and which interview is meant, and then:

    link = await live.join(interview.id, Options(sample_rate=16_000))    # LiveService, from the resources
    try:
        # task 1: what the server says
        async for event in link:             # app.schemas.live.Event: translate each by its type
            await send(event)
        await close(link.closing)            # code and reason, as in design 7
        # task 2: what the client says
        await link.audio(first_sample, pcm)  # PCM16 bytes; first_sample None: right after the last
        await link.obey(SpeechEnd())         # any app.schemas.live.Command
    finally:
        link.leave()                         # the interview waits for another connection

`join` raises NotFound, Conflict (over, or without questions), Unavailable (too many interviews) and LiveError
(another sample rate than the answer was begun with). Nothing else has to be kept, timed or cleaned up by a transport:
errors of commands arrive as `error` events, a connection that is replaced or too slow sees its iteration end, and an
interview whose connection is gone waits `LIVE_PARK_SECONDS` for another. Sound in containers (WebM, Ogg, WAV) goes
through `app.engines.audio.StreamDecoder` first and is then sent at 16 kHz with `first_sample=None`. Who sends the sound
of a `speech` event himself finds the file with `live.tts.path(name)`; the name is the last part of its `url`.
"""
