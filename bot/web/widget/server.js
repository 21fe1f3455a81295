/** Speaks with the server: every request ends, in an answer or in an Unreachable, within a time. */

const PATIENCE = 20000;

/** The server can't be reached, takes too long, or answers in a way that is not its own. */
export class Unreachable extends Error {}

export class Server {
  /**
   * @param {string} base Address of the server, e.g. https://chat.clinic.example
   * @param {number} patience Milliseconds that a request may take.
   */
  constructor(base, patience) {
    this.base = base;
    this.patience = patience || PATIENCE;
  }

  /** Asks for a new session: {token, provider, phone}. */
  async session() {
    const { status, body } = await this.post("session", {});
    if (status !== 200) throw new Unreachable(`session: ${status}`);
    return body;
  }

  /** Sends a message; returns {status, body}, where body holds `messages` and for a refusal `error`. */
  message(token, id, text) {
    return this.post("message", { token, id, text });
  }

  /** Tells whether an answer helped. Nobody waits for it. */
  async feedback(token, answer_id, version, helpful) {
    try {
      await this.post("feedback", { token, answer_id, version, helpful });
    } catch (error) {
      // a vote may get lost
    }
  }

  async post(path, content) {
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), this.patience);
    try {
      // As plain text it needs no preflight, which would cost people on a slow line a second round trip.
      const response = await fetch(`${this.base}/webhooks/web/${path}`, {
        method: "POST",
        headers: { "Content-Type": "text/plain;charset=UTF-8" },
        body: JSON.stringify(content),
        credentials: "omit",
        referrerPolicy: "no-referrer",
        signal: giveUp.signal,
      });
      const body = await response.json();
      if (response.status >= 500) throw new Unreachable(`status ${response.status}`);
      const wait = Number(response.headers.get("Retry-After")) || 0;
      return { status: response.status, body, wait };
    } catch (error) {
      throw error instanceof Unreachable ? error : new Unreachable(String(error));
    } finally {
      clearTimeout(timer);
    }
  }
}
