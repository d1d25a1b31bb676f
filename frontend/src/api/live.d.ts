export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AckEvent
         * @description Audio up to `next_sample` is on disk.
         */
        AckEvent: {
            /** Next Sample */
            next_sample: number;
            /**
             * Type
             * @default ack
             * @constant
             */
            type: "ack";
        };
        /**
         * AnswerEvent
         * @description An answer is complete and stored.
         */
        AnswerEvent: {
            /**
             * Answer Id
             * Format: uuid
             */
            answer_id: string;
            /**
             * Question Id
             * Format: uuid
             */
            question_id: string;
            /** Transcript */
            transcript: string;
            /**
             * Type
             * @default answer
             * @constant
             */
            type: "answer";
        };
        /** @description What a client sends; `type` tells which. */
        AnyClientMessage: components["schemas"]["StartMessage"] | components["schemas"]["SpeechEndMessage"] | components["schemas"]["SkipMessage"] | components["schemas"]["RepeatMessage"] | components["schemas"]["PauseMessage"] | components["schemas"]["ResumeMessage"] | components["schemas"]["BargeInMessage"] | components["schemas"]["EndMessage"] | components["schemas"]["PingMessage"] | components["schemas"]["TextMessage"];
        /** @description What the server sends; `type` tells which, and for the two errors `code`. */
        AnyServerEvent: components["schemas"]["ReadyEvent"] | components["schemas"]["StatusEvent"] | components["schemas"]["QuestionEvent"] | components["schemas"]["SpeechEvent"] | components["schemas"]["PartialEvent"] | components["schemas"]["FinalEvent"] | components["schemas"]["AckEvent"] | components["schemas"]["AnswerEvent"] | components["schemas"]["EvaluationEvent"] | components["schemas"]["WarningEvent"] | components["schemas"]["ErrorEvent"] | components["schemas"]["GapEvent"] | components["schemas"]["PongEvent"] | components["schemas"]["EndedEvent"];
        /**
         * BargeInMessage
         * @description The candidate begins to speak before the interviewer is done.
         */
        BargeInMessage: {
            /**
             * Type
             * @constant
             */
            type: "barge_in";
        };
        /** @enum {string} */
        Category: "behavioral" | "technical" | "situational" | "system_design" | "hr" | "leadership" | "case";
        /**
         * EndedEvent
         * @description The interview is over.
         */
        EndedEvent: {
            /**
             * Session Id
             * Format: uuid
             */
            session_id: string;
            /**
             * Type
             * @default ended
             * @constant
             */
            type: "ended";
        };
        /**
         * EndMessage
         * @description End the interview here; what was answered so far is kept.
         */
        EndMessage: {
            /**
             * Type
             * @constant
             */
            type: "end";
        };
        /**
         * ErrorEvent
         * @description A message that could not be followed; the connection stays open.
         */
        ErrorEvent: {
            /** Code */
            code: components["schemas"]["RejectionCode"] | components["schemas"]["ErrorType"];
            /** Message */
            message: string;
            /**
             * Type
             * @default error
             * @constant
             */
            type: "error";
        };
        /** @enum {string} */
        ErrorType: "invalid_request" | "not_authenticated" | "forbidden" | "not_found" | "method_not_allowed" | "conflict" | "too_large" | "unsupported_media" | "range_not_satisfiable" | "validation_error" | "too_many_requests" | "internal_error" | "unavailable" | "request_timeout" | "invalid_parameter" | "invalid_credentials" | "invalid_refresh_token" | "refresh_token_reused" | "email_taken" | "user_not_found" | "login_not_found" | "no_mail" | "too_many_interviews" | "job_not_found" | "job_not_failed" | "job_replaced" | "answer_replaced" | "worker_died" | "session_not_found" | "question_not_found" | "code_not_found" | "session_closed" | "answered" | "answer_changed" | "no_answer" | "no_answers" | "no_evaluation" | "no_questions" | "no_job_description" | "no_transcript" | "no_resume" | "no_match" | "no_scores" | "no_feedback" | "no_report" | "interview_not_completed" | "question_not_current" | "not_joined" | "invalid_response_type" | "too_much_help" | "judge_busy" | "recording_not_found" | "recording_file_missing" | "uploads_busy" | "empty_audio" | "not_audio" | "no_audio_stream" | "broken" | "too_long" | "empty" | "too_heavy" | "busy" | "unsupported_language" | "transcription_unavailable" | "speech_not_found" | "speech_unavailable" | "no_voice" | "nothing_to_say" | "storage_full" | "storage_unavailable" | "upload_not_found" | "upload_offset" | "unsupported_version" | "recordings_not_public" | "thumbnail_not_found" | "link_invalid" | "link_expired" | "answer_not_found" | "deletion_not_found" | "consent_required" | "document_too_large" | "document_too_many_pages" | "document_too_heavy" | "document_encrypted" | "document_scanned" | "document_empty" | "document_damaged" | "document_unsafe" | "document_unsupported" | "documents_busy";
        /**
         * EvaluationEvent
         * @description An answer was evaluated. `overall` is 0-100, null when there was too little to judge.
         */
        EvaluationEvent: {
            /**
             * Answer Id
             * Format: uuid
             */
            answer_id: string;
            /** Overall */
            overall: number | null;
            /**
             * Status
             * @enum {string}
             */
            status: "scored" | "insufficient_evidence" | "failed";
            /**
             * Type
             * @default evaluation
             * @constant
             */
            type: "evaluation";
        };
        /**
         * FinalEvent
         * @description What was heard in a segment. `words` are [text, start, end, probability].
         */
        FinalEvent: {
            /** Confidence */
            confidence: number | null;
            /** End */
            end: number;
            /** Engine */
            engine: string;
            /** Segment */
            segment: number;
            /** Start */
            start: number;
            /** Text */
            text: string;
            /**
             * Type
             * @default final
             * @constant
             */
            type: "final";
            /** Words */
            words: [
                string,
                number,
                number,
                number | null
            ][];
        };
        /**
         * GapEvent
         * @description Samples are missing before the ones that came: send again from `next_sample`.
         */
        GapEvent: {
            /**
             * Code
             * @default gap
             * @constant
             */
            code: "gap";
            /**
             * Message
             * @default Samples are missing: send again from next_sample.
             */
            message: string;
            /** Next Sample */
            next_sample: number;
            /**
             * Type
             * @default error
             * @constant
             */
            type: "error";
        };
        /** @enum {string} */
        NoticeCode: "time_limit" | "answer_too_long" | "answer_replaced" | "captions_thin" | "no_transcription";
        /**
         * PartialEvent
         * @description What was heard so far of a segment: `stable` will not be changed by later revisions, `unstable` may be.
         */
        PartialEvent: {
            /** Revision */
            revision: number;
            /** Segment */
            segment: number;
            /** Stable */
            stable: string;
            /**
             * Type
             * @default partial
             * @constant
             */
            type: "partial";
            /** Unstable */
            unstable: string;
        };
        /**
         * PauseMessage
         * @description Stop the clock.
         */
        PauseMessage: {
            /**
             * Type
             * @constant
             */
            type: "pause";
        };
        /**
         * PingMessage
         * @description Ask for a `pong`.
         */
        PingMessage: {
            /**
             * Type
             * @constant
             */
            type: "ping";
        };
        /**
         * PlanFields
         * @description How many main questions the interview has, and how many follow-ups may still come at most.
         */
        PlanFields: {
            /** Follow Ups */
            follow_ups: number;
            /** Questions */
            questions: number;
        };
        /**
         * PongEvent
         * @description The answer to `ping`.
         */
        PongEvent: {
            /**
             * Type
             * @default pong
             * @constant
             */
            type: "pong";
        };
        /**
         * QuestionEvent
         * @description A new question, or the same one with a new deadline. Count samples from 0 when its id is new.
         */
        QuestionEvent: {
            category: components["schemas"]["Category"];
            /** Deadline */
            deadline: string | null;
            /** Follow Up Of */
            follow_up_of: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Number */
            number: number;
            /** Text */
            text: string;
            /** Time Limit */
            time_limit: number;
            /**
             * Type
             * @default question
             * @constant
             */
            type: "question";
        };
        /**
         * QuestionFields
         * @description The question that is asked. `number` counts main questions from 1; a follow-up has the number of its question.
         *
         *     `time_limit` is in seconds; `deadline` is when it has passed. Nobody is cut off in a sentence then.
         */
        QuestionFields: {
            category: components["schemas"]["Category"];
            /** Deadline */
            deadline: string | null;
            /** Follow Up Of */
            follow_up_of: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Number */
            number: number;
            /** Text */
            text: string;
            /** Time Limit */
            time_limit: number;
        };
        /**
         * ReadyEvent
         * @description The answer to `start`: send audio from sample `next_sample` of the answer to `question`.
         */
        ReadyEvent: {
            /** Engine */
            engine: string;
            /** Next Sample */
            next_sample: number;
            plan: components["schemas"]["PlanFields"];
            /**
             * Protocol
             * @default 1
             */
            protocol: number;
            question: components["schemas"]["QuestionFields"] | null;
            /** Sample Rate */
            sample_rate: number;
            /**
             * Session Id
             * Format: uuid
             */
            session_id: string;
            /**
             * State
             * @enum {string}
             */
            state: "asking" | "listening" | "processing" | "paused" | "ended";
            /**
             * Type
             * @default ready
             * @constant
             */
            type: "ready";
        };
        /** @enum {string} */
        RejectionCode: "bad_frame" | "bad_message" | "not_started" | "already_started" | "not_now" | "not_paused" | "nothing_recorded" | "sample_rate";
        /**
         * RepeatMessage
         * @description Speak the question again.
         */
        RepeatMessage: {
            /**
             * Type
             * @constant
             */
            type: "repeat";
        };
        /**
         * ResumeMessage
         * @description Let the clock run again.
         */
        ResumeMessage: {
            /**
             * Type
             * @constant
             */
            type: "resume";
        };
        /**
         * SkipMessage
         * @description Leave this question out.
         */
        SkipMessage: {
            /**
             * Type
             * @constant
             */
            type: "skip";
        };
        /**
         * SpeechEndMessage
         * @description The candidate is done with this answer.
         */
        SpeechEndMessage: {
            /**
             * Type
             * @constant
             */
            type: "speech_end";
        };
        /**
         * SpeechEvent
         * @description A sentence of the interviewer. `url` is null where the server has no voice: show the text.
         */
        SpeechEvent: {
            /** Text */
            text: string;
            /**
             * Type
             * @default speech
             * @constant
             */
            type: "speech";
            /** Url */
            url: string | null;
            voice: components["schemas"]["Voice"];
        };
        /**
         * StartMessage
         * @description The first message. With `echo_cancellation` the microphone stays open while the interviewer speaks. At most
         *     `follow_ups` further questions are asked about an answer.
         */
        StartMessage: {
            /**
             * Echo Cancellation
             * @default false
             */
            echo_cancellation?: boolean;
            /**
             * Follow Ups
             * @default 1
             */
            follow_ups?: number;
            /**
             * Language
             * @default null
             */
            language?: string | null;
            /**
             * Sample Rate
             * @default 16000
             */
            sample_rate?: number;
            /**
             * Token
             * @default null
             */
            token?: string | null;
            /**
             * Type
             * @constant
             */
            type: "start";
        };
        /**
         * StatusEvent
         * @description What the interviewer does now.
         */
        StatusEvent: {
            /**
             * State
             * @enum {string}
             */
            state: "asking" | "listening" | "processing" | "paused" | "ended";
            /**
             * Type
             * @default status
             * @constant
             */
            type: "status";
        };
        /**
         * TextMessage
         * @description A typed answer to the current question.
         */
        TextMessage: {
            /** Text */
            text: string;
            /**
             * Type
             * @constant
             */
            type: "text";
        };
        /** @enum {string} */
        Voice: "female" | "male";
        /**
         * WarningEvent
         * @description Something the candidate should know; the interview goes on.
         */
        WarningEvent: {
            code: components["schemas"]["NoticeCode"];
            /** Message */
            message: string;
            /**
             * Type
             * @default warning
             * @constant
             */
            type: "warning";
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
