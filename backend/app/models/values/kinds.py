"""The closed sets of the domain: what a status, a category or a grade can be.

Each is a named type, so that the documents of faces name it too: a client may send back the difficulty that it read.
Rows hold these words: take none out without converting those.
"""

from typing import Literal, get_args

from typing_extensions import TypeAliasType

Role = TypeAliasType("Role", Literal["candidate", "recruiter", "admin"])
ROLES: tuple[Role, ...] = get_args(Role.__value__)
CreditReason = TypeAliasType("CreditReason", Literal["interview", "refund", "grant"])
"""An interview was created; its creation failed after all; an administrator gave some, or took some back."""
ExperienceLevel = TypeAliasType("ExperienceLevel", Literal["entry", "junior", "mid", "senior", "lead", "executive"])
SessionStatus = TypeAliasType(
    "SessionStatus", Literal["created", "questions_generated", "in_progress", "completed", "cancelled"]
)
InterviewKind = TypeAliasType("InterviewKind", Literal["practice", "screening"])
"""For the candidate to learn, or for others to decide: then nothing is given away and each question has one answer."""
CodeState = TypeAliasType("CodeState", Literal["open", "used", "in_progress", "finished", "expired"])
"""Of an access code: somebody can enter with it, or it is too late. One that is used has an interview that is in
progress, or finished, or was deleted."""
Review = TypeAliasType("Review", Literal["to_review", "shortlisted", "rejected"])
"""What a person has decided about the candidate of an interview so far."""
Category = TypeAliasType(
    "Category", Literal["behavioral", "technical", "situational", "system_design", "hr", "leadership", "case"]
)
CATEGORIES: tuple[Category, ...] = get_args(Category.__value__)
OWN_CRAFT: Literal["craft"] = "craft"
"""The theme of questions about somebody's own work, whatever it is: an answer may be about any subject."""
InterviewType = TypeAliasType(
    "InterviewType",
    Literal["mixed", "behavioral", "technical", "situational", "system_design", "hr", "leadership", "case", "coding"],
)
Difficulty = TypeAliasType("Difficulty", Literal["easy", "medium", "hard"])
Voice = TypeAliasType("Voice", Literal["female", "male"])
RoundState = TypeAliasType("RoundState", Literal["planned", "in_progress", "completed", "skipped"])
"""`skipped` is a round that was never started when its interview ended."""
QuestionSource = TypeAliasType("QuestionSource", Literal["bank", "resume", "llm", "recruiter", "follow_up"])

AudioFormat = TypeAliasType("AudioFormat", Literal[
    "mp3", "wav", "m4a", "webm", "ogg", "flac", "mp4", "aac", "ac3", "aiff", "amr", "au", "avi", "caf", "flv", "ts",
    "w64", "wma", "wv",
])  # fmt: skip
MediaFormat = TypeAliasType("MediaFormat", Literal[
    "mp3", "wav", "m4a", "webm", "ogg", "flac", "mp4", "aac", "ac3", "aiff", "amr", "au", "avi", "caf", "flv", "ts",
    "w64", "wma", "wv", "mkv", "mov",
])  # fmt: skip
"""Those of sound, and two that are told apart where it may be film."""
MediaKind = TypeAliasType("MediaKind", Literal["audio", "video"])
RecordingState = TypeAliasType("RecordingState", Literal["received", "processing", "completed", "failed"])
UploadState = TypeAliasType("UploadState", Literal["receiving", "processing", "completed", "failed"])
Purpose = TypeAliasType("Purpose", Literal["recording", "video_analysis", "sharing"])
"""Keeping sound and film; looking at faces in films for coaching; showing the interview to those who hire."""
PURPOSES: tuple[Purpose, ...] = get_args(Purpose.__value__)
DeletedKind = TypeAliasType("DeletedKind", Literal["answer", "recording", "session", "account"])
DeletionState = TypeAliasType("DeletionState", Literal["pending", "completed"])

AnswerKind = TypeAliasType("AnswerKind", Literal["text", "audio", "video", "live"])
AnswerStatus = TypeAliasType("AnswerStatus", Literal["received", "processing", "completed", "failed"])
EvaluationStatus = TypeAliasType("EvaluationStatus", Literal["scored", "insufficient_evidence"])
QuestionState = TypeAliasType(
    "QuestionState", Literal["scored", "insufficient_evidence", "not_evaluated", "skipped", "not_answered"]
)
PointLabel = TypeAliasType("PointLabel", Literal["mentioned", "said", "partly", "missing", "contradicted"])
"""What became of an expected point. The built-in judge sees that it was `mentioned`, not whether that was right; only
a language model tells whether it was `said` or `contradicted`."""
Facts = TypeAliasType("Facts", Literal["checked", "not_checked"])
"""Whether anything knew what is true; the built-in judge does not."""
PointView = TypeAliasType("PointView", Literal["said", "not_said", "opposite"])
"""What a candidate holds to have said of a point."""
FlagCode = TypeAliasType("FlagCode", Literal[
    # the answer as a whole; repeated, word_order, generic, contradiction, misconduct and no_work_context are no longer
    # given, but older results hold them
    "empty", "too_short", "not_english", "no_answer", "instruction", "echo", "repeated", "question_words", "gibberish",
    "word_list", "word_order", "repetition", "off_topic", "other_question", "generic", "general_talk", "no_reference",
    # what was said
    "contradiction", "false_statement", "imprecise", "misconduct", "unacceptable_conduct", "doubtful_conduct",
    "hypothetical", "own_part_unclear", "no_work_context",
    # how it was said
    "pace_slow", "pace_fast", "fillers", "long_pause", "length_short", "length_long",
    "too_long",
    # the judge and the language model
    "addresses_grader", "judges_disagree", "llm_partial", "llm_pending", "llm_unavailable",
])  # fmt: skip

ResultsState = TypeAliasType("ResultsState", Literal["none", "generating", "ready", "failed"])
"""Whether an interview has its scores, feedback and report."""
Happening = TypeAliasType("Happening", Literal[
    "created", "questions_added", "consent_given", "started", "question_asked", "said", "question_skipped", "answered",
    "transcript_corrected", "evaluated", "recording_added", "completed", "cancelled", "scored", "feedback_written",
    "report_written", "note_written", "accessed",
])  # fmt: skip
"""What the timeline of an interview tells."""

LetterGrade = TypeAliasType("LetterGrade", Literal["A+", "A", "A-", "B+", "B", "B-", "C+", "C", "C-", "D", "F"])
Rating = TypeAliasType("Rating", Literal["Excellent", "Good", "Fair", "Needs work"])
ReadinessLevel = TypeAliasType(
    "ReadinessLevel", Literal["Ready", "Almost Ready", "Getting There", "Not Ready", "Not enough answers"]
)
Decision = TypeAliasType("Decision", Literal["STRONG_HIRE", "HIRE", "HOLD", "NO_HIRE"])
Priority = TypeAliasType("Priority", Literal["high", "medium", "low"])
ResourceType = TypeAliasType("ResourceType", Literal["article", "book", "course", "documentation", "practice", "tool"])
SkillLevel = TypeAliasType("SkillLevel", Literal["held", "related", "missing"])
SkillCategory = TypeAliasType(
    "SkillCategory",
    Literal[
        "language", "framework", "database", "cloud", "tool", "method", "concept", "domain", "soft", "spoken language"
    ],
)
