const days = (count: number) => (count === 1 ? "1 day" : `${count} days`);

export const join = {
  title: "Join an interview",
  lead: "You were sent a code. You need no account.",
  code: "Code",
  codeHint: "8 letters and digits. Capitals, spaces and dashes do not matter.",
  codeShort: "A code has 8 letters and digits. Look at the message you were sent.",
  codeLetters: (letters: string) => `Codes never have ${letters}, because they are easily mistaken. Compare with the message you were sent.`,
  codeLetter: (letter: string) => (/\d/.test(letter) ? `the digit ${letter}` : `the letter ${letter}`),
  name: "Your name",
  nameHint: "As the people who invited you know it. Some codes are for one name only.",
  nameMissing: "Your name is needed, so that your answers are known to be yours.",
  action: "Go on",
  problems: {
    code_invalid: "This code does not fit this name. Check both. If they are right, ask the people who invited you for a new code.",
    code_expired: "This code has expired. Ask the people who invited you for a new one.",
    code_used: "The interview of this code is finished, so it cannot be entered again. Your answers were received.",
    too_many_requests: "Too many tries from this network. Wait a minute, then try again.",
  } as Record<string, string | undefined>,
  practise: "Only want to practise?",
  practiseAction: "Answer one question without an account",
  welcome: (name: string) => `Hello, ${name}`,
  interview: (title: string, questions: string) => `${title} · ${questions}`,
  consent: {
    points: [
      ["What is recorded", "Your voice while you answer, and the words that are recognised in it. Your picture only if you turn your camera on."],
      ["Who hears and sees it", "The people who invited you. A computer prepares scores with quotes from your answers; a person decides."],
    ] as readonly (readonly [string, string])[],
    keeping: "How long it is kept",
    kept: (recordings: number, words: number) =>
      [
        recordings > 0 ? `Recordings are deleted after ${days(recordings)}` : "Recordings are kept until the people who invited you delete them",
        words > 0 ? `what you said as text after ${days(words)}.` : "what you said as text until they delete it.",
      ].join(", "),
    place: "All of it stays on the server of the people who invited you.",
    films: "If I turn my camera on, the server may measure whether I was in the picture, looked at the camera and smiled.",
    filmsHint: "It is part of no score and no decision.",
    agree: "I agree, go on",
    write: "Answer in writing instead",
    writeHint: "In writing nothing is recorded, and only your words are kept.",
    writing: "You answer in writing. Nothing is recorded.",
    someoneElse: "Use another code or name",
  },
  thanks: {
    title: "Thank you. Your answers were received",
    text: (name: string) => `${name ? `${name}, that` : "That"} was the interview.`,
    nextTitle: "What happens next",
    next: [
      "The people who invited you read, hear and see your answers.",
      "They decide and get in touch with you. No computer decides about you.",
      "You need not do anything more. The code cannot be used again.",
    ],
    close: "Done",
  },
  left: {
    title: "You left the interview",
    text: "What you answered is kept. Come back with the same link, code and name to go on where you were.",
    back: "Go on now",
  },
};
