/** Finds the plain phrases of data/web/crisis.yml, so that the 988 card needs no network. */

import { PHRASES } from "./content.js";

/** Returns a text as the phrases are written: small Latin letters, one space between words. */
function plain(text) {
  const bare = text.normalize("NFKD").toLowerCase().replace(/[\u0300-\u036f\u200b-\u200f\u2060\ufeff'’‘`´]/g, "");
  const words = bare.match(/[a-z0-9]+/g) || [];
  return " " + words.map((word) => (Object.prototype.hasOwnProperty.call(PHRASES.same, word) ? PHRASES.same[word] : word)).join(" ") + " ";
}

/** Returns the language of the phrase of danger in a text, or null if there is none. */
export function dangerIn(text) {
  const said = plain(text);
  for (const [language, phrases] of Object.entries(PHRASES.phrases))
    if (phrases.some((phrase) => said.includes(` ${phrase} `))) return language;
  return null;
}
