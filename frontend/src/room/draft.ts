/** Answers that are being typed, kept in this tab until they are sent, so that a refresh loses none. */
const key = (question: string) => `greenroom.draft.${question}`;

export const drafts = {
  of: (question: string) => sessionStorage.getItem(key(question)) ?? "",
  keep: (question: string, text: string) => (text ? sessionStorage.setItem(key(question), text) : sessionStorage.removeItem(key(question))),
};

const place = (session: string) => `greenroom.place.${session}`;

/** Which question of an interview is open in this tab: an answer that was begun looks answered to the server's list. */
export const places = {
  of: (session: string) => Number(sessionStorage.getItem(place(session))) || undefined,
  keep: (session: string, number: number) => sessionStorage.setItem(place(session), String(number)),
};
