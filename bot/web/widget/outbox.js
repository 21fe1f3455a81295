/** Sends messages, and sends them again until they have arrived; the server answers each only once. */

import { Unreachable } from "./server.js";

const PAUSES = [2, 4, 8, 15, 30];
const SESSION_TRIES = 2;

export class Outbox {
  /**
   * @param {Server} server The server.
   * @param {Object} on What to tell whom:
   *   token() and setToken(token): the session; profile({provider, phone}): the provider's;
   *   replied(entry, messages), refused(entry, error, messages): how an entry ended;
   *   late(entry), lost(reason), back(): it waits for another try; the server is gone, or slow; it is there again.
   */
  constructor(server, on) {
    this.server = server;
    this.on = on;
    this.waiting = [];
    this.tries = 0;
    this.timer = null;
    this.trying = false;
    this.gone = false;
  }

  /** Asks for a session where there is none; returns whether there is one now. */
  async connect() {
    if (this.on.token()) return true;
    try {
      const found = await this.server.session();
      this.on.setToken(found.token);
      this.on.profile(found);
      this.reached();
      return true;
    } catch (error) {
      this.lose("gone", 0);
      return false;
    }
  }

  /** Sends an entry {id, payload} at once, whatever else is waiting: it may be a cry for help. */
  async send(entry) {
    if (await this.deliver(entry)) this.retry();
    else {
      this.waiting.push(entry);
      this.on.late(entry);
    }
  }

  /** Tries everything that waits, in the order in which it was written. */
  async retry() {
    if (this.trying) return;
    this.trying = true;
    clearTimeout(this.timer);
    this.timer = null;
    try {
      if (!this.waiting.length && this.gone) await this.connect();
      while (this.waiting.length && (await this.deliver(this.waiting[0]))) this.waiting.shift();
    } finally {
      this.trying = false;
    }
  }

  /** Forgets what waits. */
  stop() {
    clearTimeout(this.timer);
    this.waiting = [];
    this.gone = false;
    this.stopped = (this.stopped || 0) + 1;
  }

  /** Sends one entry; returns whether it came to an end. */
  async deliver(entry) {
    const era = this.stopped;
    try {
      for (let tries = 0; ; tries++) {
        if (!this.on.token()) await this.connect();
        // Without a session too: the server screens whatever reaches it.
        const { status, body, wait } = await this.server.message(this.on.token(), entry.id, entry.payload);
        if (this.stopped !== era) return true;
        if (body.error === "session" && tries < SESSION_TRIES) {
          this.on.setToken(null);
          continue;
        }
        if (status === 429) {
          this.lose("slow", wait);
          return false;
        }
        if (!Array.isArray(body.messages)) throw new Unreachable("no messages");
        this.reached();
        if (status === 200) this.on.replied(entry, body.messages);
        else this.on.refused(entry, body.error, body.messages);
        return true;
      }
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      if (this.stopped === era) this.lose("gone", 0);
      return this.stopped !== era;
    }
  }

  lose(reason, wait) {
    this.gone = true;
    this.on.lost(reason);
    const pause = wait || PAUSES[Math.min(this.tries, PAUSES.length - 1)];
    this.tries += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.retry(), pause * 1000);
  }

  reached() {
    this.tries = 0;
    if (!this.gone) return;
    this.gone = false;
    this.on.back();
  }
}
