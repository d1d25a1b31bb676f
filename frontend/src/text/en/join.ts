const days = (count: number) => (count === 1 ? "1 day" : `${count} days`);

export const join = {
  title: "Join an interview",
  lead: "Enter the code you were sent. You do not need an account.",
  code: "Code",
  codeHint: "8 letters and digits. Capitals, spaces and dashes do not matter.",
  codeShort: "A code has 8 letters and digits. Check the message you were sent.",
  codeLetters: (letters: string) => `Codes never contain ${letters}, to avoid mix-ups. Check the message you were sent.`,
  codeLetter: (letter: string) => (/\d/.test(letter) ? `the digit ${letter}` : `the letter ${letter}`),
  name: "Your name",
  nameHint: "As the people who invited you know it. Some codes work for one name only.",
  nameMissing: "Enter your name, so that the people who invited you know these answers are yours.",
  action: "Continue",
  problems: {
    code_invalid: "This code and name do not match. Check both. If they are right, ask the people who invited you for a new code.",
    code_expired: "This code has expired. Ask the people who invited you for a new one.",
    code_used: "This interview is finished, so its code no longer works. Your answers were received.",
    too_many_requests: "Too many attempts from this network. Wait a minute, then try again.",
  } as Record<string, string | undefined>,
  practise: "Just want to practise?",
  practiseAction: "Answer one question without an account",
  welcome: (name: string) => `Hello, ${name}`,
  interview: (title: string, questions: string) => `${title} · ${questions}`,
  consent: {
    points: [
      ["What is recorded", "Your voice while you answer, and a transcript of what you say. Video only if you turn your camera on."],
      ["Who hears and sees it", "The people who invited you. A computer prepares scores with quotes from your answers; a person decides."],
    ] as readonly (readonly [string, string])[],
    keeping: "How long it is kept",
    kept: (recordings: number, words: number) =>
      recordings === words
        ? `Recordings and transcripts are ${recordings > 0 ? `deleted after ${days(recordings)}` : "kept until the people who invited you delete them"}.`
        : `${recordings > 0 ? `Recordings are deleted after ${days(recordings)}` : "Recordings are kept until the people who invited you delete them"}, transcripts ${words > 0 ? `${recordings > 0 ? "after" : "for"} ${days(words)}` : "when the people who invited you delete them"}.`,
    place: "Everything stays on the server of the people who invited you.",
    films: "If I turn my camera on, the server may measure whether I was in the picture, looked at the camera and smiled.",
    filmsHint: "This never changes a score.",
    agree: "Agree and continue",
    write: "Answer in writing instead",
    writeHint: "If you write, nothing is recorded and only your text is kept.",
    writing: "You are answering in writing. Nothing is recorded.",
    someoneElse: "Use a different code or name",
  },
  thanks: {
    title: "Thank you. Your answers were received",
    text: (name: string) => `That was the end of the interview${name ? `, ${name}` : ""}.`,
    nextTitle: "What happens next",
    next: [
      "The people who invited you review your answers.",
      "They decide, and get in touch with you. The decision is never left to a computer.",
      "There is nothing more for you to do. Your code cannot be used again.",
    ],
    close: "Done",
  },
  left: {
    title: "You left the interview",
    text: "What you answered is kept. Use the same link, code and name to continue where you left off.",
    back: "Continue now",
  },
};
