/** The element <trd-chat>: what happens when something is pressed, typed, answered or lost. */

import { STYLE, WORDS } from "./content.js";
import { ICONS, icon, make, refill } from "./dom.js";
import { word } from "./words.js";
import { dangerIn } from "./danger.js";
import { tame } from "./markdown.js";
import { forget, keep, newId, recall } from "./memory.js";
import { Server } from "./server.js";
import { Outbox } from "./outbox.js";
import { asText, drawCard, drawMine, drawReply, isDanger } from "./message.js";
import { buildPanel } from "./panel.js";

const NAME = "trd-chat";
const LIMIT = 1000;
const COUNT_FROM = 800;
const SCREENED = 20000;
const SLOW = 5000;

class TrdChat extends HTMLElement {
  connectedCallback() {
    if (this.ui) return;
    const look = this.dataset;
    this.state = recall();
    this.profile = { provider: look.provider || "", phone: look.phone || "" };
    this.ui = buildPanel(
      {
        open: () => this.open(),
        close: () => this.close(),
        menu: () => this.toggleMenu(),
        send: (event) => this.submit(event),
        typed: () => this.typed(),
        download: () => this.download(),
        clear: () => this.clear(),
        leave: () => this.leave(),
      },
      { quickExit: /^https:\/\//.test(look.quickExit || "") },
    );
    const root = this.attachShadow({ mode: "open" });
    dress(root);
    root.append(this.ui.closed, this.ui.panel);
    this.listen(root);
    this.outbox = new Outbox(new Server(look.server || new URL(import.meta.url).origin, Number(look.patience)), {
      token: () => this.state.token,
      setToken: (token) => this.remember({ token }),
      profile: (profile) => this.name(profile),
      replied: (entry, messages) => this.replied(entry, messages),
      refused: (entry, error, messages) => this.refused(entry, error, messages),
      late: (entry) => this.mark(entry, true),
      lost: (reason) => this.lost(reason),
      back: () => this.back(),
    });
    this.restore();
    if (this.state.open || look.open !== undefined) this.open({ quietly: true });
  }

  // What people do

  /** Opens the chat; with `quietly`, the focus stays where it is. */
  open(options) {
    const quietly = options && options.quietly;
    this.ui.closed.hidden = true;
    this.ui.panel.hidden = false;
    this.remember({ open: true });
    this.fit();
    this.toLast();
    if (!quietly) (matchMedia("(pointer: fine)").matches ? this.ui.text : this.ui.title).focus();
    if (!quietly && !this.state.entries.length) this.speak(WORDS.welcome.join(" "));
    this.outbox.connect();
    this.outbox.retry();
  }

  /** Closes the chat; the conversation stays. With `quietly`, the focus stays where it is. */
  close(options) {
    this.toggleMenu(false);
    this.ui.panel.hidden = true;
    this.ui.closed.hidden = false;
    this.remember({ open: false });
    if (!(options && options.quietly)) this.ui.launch.focus();
  }

  submit(event) {
    event.preventDefault();
    const text = this.ui.text.value.trim();
    if (!text) return this.tell(word("empty"));
    if (text.length > LIMIT) return this.tooLong(text);
    this.ui.text.value = "";
    this.typed();
    this.say(text, text);
    this.ui.text.focus();
  }

  /** Says something: `text` is what is shown, `payload` what is sent. */
  say(text, payload) {
    const entry = { who: "me", id: newId(), text, payload, time: Date.now() };
    refill(this.ui.spoken);
    this.add(entry);
    this.wait(entry);
    this.cardFor(entry, payload);
    this.outbox.send(entry);
  }

  typed() {
    const { text, left } = this.ui;
    const count = LIMIT - text.value.length;
    const words = count < 0 ? word("too_long", { count: -count }) : count < LIMIT - COUNT_FROM ? word("left", { count }) : "";
    if (left.textContent !== words) refill(left, words);
    left.classList.toggle("wrong", count < 0);
    text.setAttribute("aria-invalid", String(count < 0));
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight + 2, 140)}px`;
    this.remember({ draft: text.value.slice(0, SCREENED) });
  }

  /** A text that is too long stays where it is; should it speak of danger, the card comes all the same. */
  async tooLong(text) {
    this.typed();
    this.ui.text.focus();
    const entry = { who: "me", id: newId(), text, payload: text.slice(0, SCREENED), time: Date.now() };
    if (this.cardFor(entry, text)) return;
    try {
      const { body } = await this.outbox.server.message(this.state.token, entry.id, entry.payload);
      (body.messages || []).filter(isDanger).forEach((reply) => this.hear(reply, null));
    } catch (error) {
      this.lost("gone");
    }
  }

  choose(title, payload) {
    this.say(title, payload);
  }

  vote(entry, helpful) {
    entry.vote = helpful;
    keep(this.state);
    this.speak(word("thanks"));
    const { answer_id, version } = entry.reply.metadata;
    this.outbox.server.feedback(this.state.token, answer_id, version, helpful);
  }

  again(entry) {
    const asked = this.state.entries.find(({ id }) => id === entry.to);
    if (asked) this.say(asked.text, asked.payload);
  }

  toggleMenu(show) {
    const open = show === undefined ? this.ui.menu.hidden : show;
    this.ui.menu.hidden = !open;
    this.ui.more.setAttribute("aria-expanded", String(open));
  }

  download() {
    const head = word("file_head", { date: new Date().toLocaleDateString("en-US") });
    const turns = this.state.entries.map((entry) => `${word(entry.who === "me" ? "me" : "bot")}: ${asText(entry)}`);
    const address = URL.createObjectURL(new Blob([[head, ...turns].join("\n\n") + "\n"], { type: "text/plain" }));
    const file = make("a", { href: address, download: word("file_name") });
    file.click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
    this.toggleMenu(false);
    this.ui.more.focus();
  }

  clear() {
    this.outbox.stop();
    this.state = forget();
    this.ui.text.value = "";
    this.typed();
    this.clearNotice();
    this.restore();
    this.close();
  }

  leave() {
    this.outbox.stop();
    forget();
    this.ui.panel.hidden = true;
    location.replace(this.dataset.quickExit);
  }

  // What the server does

  replied(entry, messages) {
    this.done(entry);
    const fresh = messages.filter(({ text }) => typeof text === "string" && text);
    const card = this.ui.turns.querySelector(`[data-card="${entry.id}"]`);
    // The server's fuller words take the place of the card, unless somebody is just about to press it.
    if (card && fresh.some(isDanger) && !card.contains(this.shadowRoot.activeElement)) {
      card.remove();
      this.state.entries = this.state.entries.filter(({ card }) => card !== entry.id);
    }
    const first = fresh.map((reply) => this.hear(reply, entry.id))[0];
    const spoken = make("div", {}, fresh.map(({ text, metadata }) => make("p", { lang: (metadata || {}).language }, tame(text))));
    refill(fresh.some(isDanger) ? this.ui.alarm : this.ui.spoken, spoken);
    if (first) this.show(first);
  }

  refused(entry, error, messages) {
    const text = error === "too_long" ? word("too_long", { count: entry.text.length - LIMIT }) : word("refused");
    this.replied(entry, [{ text }, ...messages]);
  }

  /** Adds something the assistant said; returns its element. */
  hear(reply, to) {
    return this.add({ who: "bot", to, reply, time: Date.now() });
  }

  lost(reason) {
    if (this.problem === reason) return;
    this.problem = reason;
    const { phone } = this.profile;
    const kept = this.outbox.waiting.length || this.state.entries.some(({ state }) => state === "sent");
    const said =
      reason === "slow"
        ? [make("p", {}, word("slow_down"))]
        : [
            make("p", {}, make("strong", {}, word("offline")), " ", kept && word("offline_kept")),
            make("p", {}, word("offline_crisis")),
          ];
    const call = phone && reason !== "slow" && make("a", { class: "choice", href: `tel:${phone.replace(/[^\d+]/g, "")}` }, icon(ICONS.phone), word("call_phone", { phone }));
    const retry = make("button", { type: "button", class: "choice", onclick: () => this.tryNow() }, word("retry"));
    refill(this.ui.notice, said, make("div", { class: "choices" }, retry, call));
    this.toLast();
  }

  back() {
    this.clearNotice();
    this.speak(word("back"));
  }

  tryNow() {
    this.outbox.retry();
    this.ui.text.focus();
  }

  clearNotice() {
    this.problem = null;
    refill(this.ui.notice);
  }

  // What is seen

  /** Shows the card at once where the words speak plainly of danger. */
  cardFor(entry, words) {
    const language = dangerIn(words);
    if (!language) return false;
    this.show(this.add({ who: "card", card: entry.id, language, time: Date.now() }));
    refill(this.ui.alarm, make("p", { lang: language }, asText({ who: "card", language })));
    return true;
  }

  add(entry) {
    this.state.entries.push(entry);
    keep(this.state);
    const drawn = this.draw(entry);
    this.ui.turns.append(drawn);
    if (this.typing) this.ui.turns.append(this.typing);
    return drawn;
  }

  draw(entry) {
    if (entry.who === "me") {
      const drawn = drawMine(entry);
      drawn.dataset.id = entry.id;
      return drawn;
    }
    if (entry.who === "card") {
      const drawn = drawCard(entry, null);
      drawn.dataset.card = entry.card;
      return drawn;
    }
    if (isDanger(entry.reply)) return drawCard(entry, entry.reply);
    return drawReply(entry, {
      choose: (title, payload) => this.choose(title, payload),
      vote: (voted, helpful) => this.vote(voted, helpful),
      again: (failed) => this.again(failed),
      told: (words) => this.speak(words),
    });
  }

  /** Draws what this tab remembers, and sends what had not arrived. */
  restore() {
    this.name(this.profile);
    const starters = WORDS.starters.map(({ title, payload }) =>
      make("button", { type: "button", class: "choice", part: "choice", onclick: () => this.choose(title, payload) }, title),
    );
    refill(
      this.ui.welcome,
      WORDS.welcome.map((line) => make("p", {}, line)),
      make("p", { class: "privacy" }, word("privacy")),
      make("p", { id: "start" }, word("start")),
      make("div", { class: "choices", role: "group", "aria-labelledby": "start" }, starters),
    );
    refill(this.ui.turns, this.state.entries.map((entry) => this.draw(entry)));
    refill(this.ui.spoken);
    refill(this.ui.alarm);
    this.ui.text.value = this.state.draft;
    this.typed();
    for (const entry of this.state.entries.filter(({ state }) => state === "sent")) {
      this.wait(entry);
      this.outbox.send(entry);
    }
  }

  name(profile) {
    this.profile = { provider: profile.provider || this.profile.provider, phone: profile.phone || this.profile.phone };
    const { provider } = this.profile;
    refill(this.ui.title, provider ? word("title", { provider }) : word("title_alone"));
  }

  /** Marks an entry as on its way, with the sign that somebody is at it. */
  wait(entry) {
    entry.state = "sent";
    keep(this.state);
    this.typing = this.typing || make("li", { class: "typing" }, make("span", { class: "dots", "aria-hidden": "true" }, make("i"), make("i"), make("i")), make("span", { class: "slow" }, make("span", { class: "hidden" }, word("typing"))));
    this.ui.turns.append(this.typing);
    clearTimeout(this.slow);
    this.slow = setTimeout(() => {
      if (!this.typing || this.problem) return;
      refill(this.typing.lastChild, word("still_waiting"));
      this.speak(word("still_waiting"));
    }, SLOW);
    this.toLast();
  }

  mark(entry, late) {
    entry.late = late;
    keep(this.state);
    const state = this.ui.turns.querySelector(`[data-id="${entry.id}"] .state`);
    if (state) refill(state, late ? word("sent_late") : "");
    this.stopTyping();
  }

  done(entry) {
    delete entry.state;
    this.mark(entry, false);
  }

  stopTyping() {
    const busy = this.state.entries.some(({ state, late }) => state === "sent" && !late);
    if (busy || !this.typing) return;
    clearTimeout(this.slow);
    this.typing.remove();
    this.typing = null;
  }

  /** Has something read out by a screen reader, once it is at leisure. */
  speak(words) {
    refill(this.ui.spoken, make("p", {}, words));
  }

  tell(words) {
    refill(this.ui.left, words);
    this.ui.text.focus();
  }

  /** Scrolls so that a new reply is read from its beginning. */
  show(drawn) {
    const { log } = this.ui;
    const top = drawn.offsetTop - log.offsetTop - 12;
    log.scrollTop = Math.min(top, log.scrollHeight);
  }

  /** Scrolls to the end; a card stays in sight from its beginning, and so does the first message. */
  toLast() {
    const { log, turns } = this.ui;
    const last = this.state.entries[this.state.entries.length - 1];
    const card = last && last.who === "card" && turns.querySelector(`[data-card="${last.card}"]`);
    if (card) this.show(card);
    else log.scrollTop = last ? log.scrollHeight : 0;
  }

  remember(change) {
    Object.assign(this.state, change);
    keep(this.state);
  }

  listen(root) {
    const { ui } = this;
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !ui.panel.hidden) {
        event.stopPropagation();
        if (ui.menu.hidden) return this.close();
        this.toggleMenu(false);
        ui.more.focus();
      }
      if (event.key === "Enter" && event.target === ui.text && !event.shiftKey && !event.isComposing) this.submit(event);
    });
    root.addEventListener("click", (event) => {
      if (!ui.menu.hidden && !ui.menu.contains(event.target) && !ui.more.contains(event.target)) this.toggleMenu(false);
    });
    // Where the chat fills the screen, focus that moves on to the page behind it must not be hidden.
    this.addEventListener("focusout", (event) => {
      const behind = event.relatedTarget && event.relatedTarget !== this && !this.contains(event.relatedTarget);
      if (behind && ui.panel.offsetWidth >= innerWidth) this.close({ quietly: true });
    });
    addEventListener("online", () => this.outbox.retry());
    if (window.visualViewport) visualViewport.addEventListener("resize", () => this.fit());
  }

  /** Keeps the whole chat above a phone's keyboard. */
  fit() {
    const { panel } = this.ui;
    const covered = window.visualViewport && visualViewport.height < innerHeight - 80 && visualViewport.scale === 1;
    panel.style.height = covered ? `${visualViewport.height}px` : "";
    panel.style.top = covered ? `${visualViewport.offsetTop}px` : "";
  }
}

/** Gives the shadow tree its style, without a <style> that a strict page would refuse. */
function dress(root) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
  } catch (error) {
    root.append(make("link", { rel: "stylesheet", href: new URL("widget.css", import.meta.url).href })); // older browsers
  }
}

/** A page that has only the script tag gets the element, with the tag's settings. */
function place() {
  if (document.querySelector(NAME)) return;
  const tag = Array.from(document.scripts).find(({ src }) => src === import.meta.url);
  const element = document.createElement(NAME);
  if (tag) Object.assign(element.dataset, tag.dataset);
  document.body.append(element);
}

if (!customElements.get(NAME)) {
  customElements.define(NAME, TrdChat);
  place();
}
