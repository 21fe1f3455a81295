/** The words of data/web/strings.yml, with their gaps filled. */

import { WORDS } from "./content.js";

/** Returns a text with {name} filled in; what nobody gave stays empty. */
export function word(name, gaps) {
  return WORDS[name].replace(/\{(\w+)\}/g, (_, gap) => (gaps && gap in gaps ? gaps[gap] : ""));
}

/** Returns the crisis words and links for a language, in English where there are none. */
export function crisisWords(language) {
  const known = WORDS.crisis[language] ? language : "en";
  return { language: known, words: WORDS.crisis[known], links: WORDS.links[known] };
}

/** Returns 2026-11-05 as people read it; a month or a year stays one. */
export function readableDate(text) {
  const [year, month, day] = String(text).split("-").map(Number);
  if (!year || !month) return String(text);
  const options = { year: "numeric", month: "short", day: day ? "numeric" : undefined };
  return new Date(year, month - 1, day || 1).toLocaleDateString("en-US", options);
}

/** Returns the time of day of a moment in milliseconds. */
export function readableTime(moment) {
  return new Date(moment).toLocaleTimeString("en-US", { hour: "numeric", minute: "2-digit" });
}
