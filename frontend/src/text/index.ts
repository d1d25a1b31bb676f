/** Every word that the page shows, by screen. A translation is another folder beside `en` with the same names. */
export * from "./en";
