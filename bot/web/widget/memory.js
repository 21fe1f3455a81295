/** What one tab remembers: the conversation and the words not sent yet. It goes when the tab is closed. */

const KEY = "trd-chat";
const MOST = 200;

/** Returns what an empty conversation is. */
function fresh() {
  return { open: false, draft: "", token: null, entries: [] };
}

/** Returns what this tab remembers, or an empty conversation. */
export function recall() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    return kept && Array.isArray(kept.entries) ? { ...fresh(), ...kept } : fresh();
  } catch (error) {
    return fresh(); // no storage, or not ours: the chat works without
  }
}

/** Keeps the conversation; the oldest entries of a very long one are let go. */
export function keep(state) {
  state.entries = state.entries.slice(-MOST);
  try {
    sessionStorage.setItem(KEY, JSON.stringify(state));
  } catch (error) {
    // no storage: it lasts as long as the page
  }
}

/** Forgets everything. */
export function forget() {
  try {
    sessionStorage.removeItem(KEY);
  } catch (error) {
    // there was none
  }
  return fresh();
}

/** Returns an id that no two messages share; not a secret. */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
