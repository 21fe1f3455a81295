/** Draws one entry of the conversation. */

import { WORDS } from "./content.js";
import { ICONS, icon, make, refill } from "./dom.js";
import { crisisWords, readableDate, readableTime, word } from "./words.js";
import { link, render, tame } from "./markdown.js";

const DANGER = ["crisis", "emergency"];
let numbers = 0;

/** Whether a reply is the instructions for someone in danger. */
export function isDanger(reply) {
  return DANGER.includes((reply.metadata || {}).level);
}

/** Returns the links to 988 and 911; `short` for the bar above, where there is little room. */
export function crisisLinks(language, short) {
  const { words, links, language: spoken } = crisisWords(language);
  return ["call", "text", "chat", "emergency"].map((name) => {
    const made = link(links[name], (short && words[`${name}_short`]) || words[name]);
    if (short && name === "emergency") made.setAttribute("aria-label", words[name]);
    if (spoken !== "en") made.setAttribute("lang", spoken);
    made.className = `crisis-link to-${name}`;
    made.setAttribute("part", "crisis-link");
    return made;
  });
}

function frame(kind, entry, ...children) {
  const spoken = word(kind === "me" ? "said_by_me" : "said_by_bot", { time: readableTime(entry.time) });
  return make("li", { class: `turn ${kind}`, part: `turn ${kind}` }, make("span", { class: "hidden" }, spoken), children);
}

function time(entry) {
  return make("time", { datetime: new Date(entry.time).toISOString(), "aria-hidden": "true" }, readableTime(entry.time));
}

/** Returns what the person said. */
export function drawMine(entry) {
  const lines = tame(entry.text).split("\n");
  const state = make("span", { class: "state" }, entry.late ? word("sent_late") : "");
  return frame("me", entry, make("div", { class: "bubble", part: "bubble", dir: "auto" }, lines.map((line) => make("p", {}, line))), make("div", { class: "foot" }, state, time(entry)));
}

/** Returns the 988 card: the widget's own, or the server's words for it. */
export function drawCard(entry, reply) {
  const language = reply ? (reply.metadata || {}).language || "en" : entry.language;
  const { words } = crisisWords(language);
  const [lead, ...rest] = reply ? render(reply.text) : [make("p", {}, words.card), make("p", {}, words.body)];
  lead.className = "lead";
  const actions = make("div", { class: "actions" }, crisisLinks(language));
  return frame("bot", entry, make("div", { class: "card", part: "crisis-card", lang: language, dir: "auto" }, lead, actions, rest), make("div", { class: "foot" }, time(entry)));
}

/**
 * Returns what the assistant said.
 *
 * @param {Object} entry {reply: {text, buttons, metadata}, time, vote}.
 * @param {Object} on choose(title, payload), vote(entry, helpful), again(entry), told(words).
 */
export function drawReply(entry, on) {
  const { text, buttons = [], metadata = {} } = entry.reply;
  const { table, sources = [], language, answer_id, fail_safe } = metadata;
  const said = make("div", { class: "said", lang: language }, render(table ? table.text : text), table && drawTable(table));
  const choices = buttons.map(({ title, payload }) =>
    make("button", { type: "button", class: "choice", part: "choice", dir: "auto", onclick: () => on.choose(title, payload) }, tame(title)),
  );
  if (fail_safe && entry.to)
    choices.push(make("button", { type: "button", class: "choice", part: "choice", onclick: () => on.again(entry) }, word("try_again")));
  const asks = answer_id && !WORDS.without_feedback.includes(answer_id.split(".")[0]);
  return frame(
    "bot",
    entry,
    make("div", { class: "bubble", part: "bubble" }, said, sources.length > 0 && drawSources(sources)),
    choices.length > 0 && make("div", { class: "choices" }, choices),
    make("div", { class: "foot" }, asks && drawFeedback(entry, on), drawCopy(entry, on), time(entry)),
  );
}

function drawSources(sources) {
  const items = sources.map(({ title, url, as_of }) =>
    make("li", { dir: "auto" }, link(url, tame(title)), as_of && ` (${word("as_of", { date: readableDate(as_of) })})`),
  );
  return make("details", { class: "sources", part: "sources" }, make("summary", {}, word("sources")), make("ul", {}, items));
}

/** Returns treatments side by side; each line but the first opens when it is pressed. */
function drawTable({ columns, rows }) {
  const bodies = rows.map(({ title, cells }, place) => {
    const id = `row-${++numbers}`;
    const row = make("tr", { id, role: "row", hidden: place > 0 }, cells.map((cell, column) => make("td", { role: "cell", dir: "auto" }, make("span", { class: "column", "aria-hidden": "true" }, columns[column]), render(cell))));
    const toggle = make("button", { type: "button", "aria-expanded": String(place === 0), "aria-controls": id }, icon(ICONS.open), title);
    toggle.addEventListener("click", () => {
      row.hidden = !row.hidden;
      toggle.setAttribute("aria-expanded", String(!row.hidden));
    });
    return make("tbody", { role: "rowgroup" }, make("tr", { role: "row" }, make("th", { role: "rowheader", scope: "rowgroup", colspan: columns.length }, toggle)), row);
  });
  const heads = columns.map((column) => make("th", { role: "columnheader", scope: "col", dir: "auto" }, column));
  // The roles stay when a narrow screen shows the cells one below the other.
  return make("table", { role: "table", class: columns.length > 2 && "stacked", part: "table" }, make("caption", {}, word("compare_caption"), make("span", {}, " " + word("compare_rows"))), make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, heads)), bodies);
}

function drawFeedback(entry, on) {
  const group = make("div", { class: "votes", role: "group", "aria-label": word("helpful") }, make("span", { "aria-hidden": "true" }, word("helpful")));
  const buttons = [true, false].map((helpful) => {
    const name = word(helpful ? "helpful_yes" : "helpful_no");
    const button = make("button", { type: "button", class: "small", "aria-label": name, title: name, "aria-pressed": String(entry.vote === helpful) }, icon(helpful ? ICONS.yes : ICONS.no));
    button.addEventListener("click", () => {
      on.vote(entry, helpful);
      buttons.forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
    });
    return button;
  });
  group.append(...buttons);
  return group;
}

function drawCopy(entry, on) {
  if (!navigator.clipboard) return null; // pages without https have none
  const name = make("span", {}, word("copy"));
  const button = make("button", { type: "button", class: "small wide" }, icon(ICONS.copy), name);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(asText(entry));
      refill(name, word("copied"));
      on.told(word("copied"));
      setTimeout(() => refill(name, word("copy")), 3000);
    } catch (error) {
      button.remove(); // not allowed here
    }
  });
  return button;
}

/** Returns an entry as plain text, with its sources. */
export function asText(entry) {
  if (entry.who === "me") return tame(entry.text);
  if (entry.who === "card") return Object.values(crisisWords(entry.language).words).slice(2, 4).join("\n");
  const sources = ((entry.reply.metadata || {}).sources || []).map(({ title, url, as_of }) => `- ${title}, ${as_of}: ${url}`);
  return tame([entry.reply.text, ...(sources.length ? ["", `${word("sources")}:`, ...sources] : [])].join("\n"));
}
