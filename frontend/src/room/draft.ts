/** Answers that are being typed, kept in this tab until they are sent, so that a refresh loses none. */
const key = (question: string) => `greenroom.draft.${question}`;

export const drafts = {
  of: (question: string) => sessionStorage.getItem(key(question)) ?? "",
  keep: (question: string, text: string) => (text ? sessionStorage.setItem(key(question), text) : sessionStorage.removeItem(key(question))),
};
