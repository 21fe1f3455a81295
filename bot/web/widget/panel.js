/** The parts that are always there: launcher, header, crisis bar, conversation, notice and form. */

import { WORDS } from "./content.js";
import { ICONS, icon, make } from "./dom.js";
import { word, crisisWords } from "./words.js";
import { crisisLinks } from "./message.js";

/**
 * Builds the widget.
 *
 * @param {Object} on open(), close(), send(), typed(), download(), clear(), leave(): what the buttons do.
 * @param {Object} look quickExit: whether there is a way to leave the site at once.
 * @returns {Object} The elements that change later, by name.
 */
export function buildPanel(on, look) {
  const ui = {};
  const button = (name, drawing, action, traits) =>
    make("button", { type: "button", class: "tool", "aria-label": word(name), title: word(name), onclick: action, ...traits }, icon(drawing));

  ui.launch = make("button", { type: "button", class: "launch", part: "launcher", "aria-haspopup": "dialog", onclick: on.open }, icon(ICONS.chat), make("span", {}, word("launch")));
  const urgent = make("a", { class: "launch-crisis", part: "launcher-crisis", href: WORDS.links.en.call }, word("launch_crisis"));
  ui.closed = make("div", { class: "closed", part: "closed", role: "region", "aria-label": word("corner") }, urgent, ui.launch);

  ui.title = make("h2", { id: "title", tabindex: "-1" }, word("title_alone"));
  ui.menu = make(
    "div",
    { class: "menu", id: "menu", hidden: true },
    make("button", { type: "button", onclick: on.download }, word("download")),
    make("button", { type: "button", onclick: on.clear }, word("clear")),
  );
  ui.more = button("menu", ICONS.more, on.menu, { "aria-expanded": "false", "aria-controls": "menu" });
  ui.close = button("close", ICONS.close, on.close);
  const leave = look.quickExit && make("button", { type: "button", class: "leave", part: "quick-exit", onclick: on.leave }, icon(ICONS.leave), make("span", {}, word("quick_exit")));
  const header = make("div", { class: "header", part: "header" }, make("div", { class: "names" }, ui.title, make("p", { id: "subtitle" }, word("subtitle"))), leave, ui.more, ui.close, ui.menu);

  const { words } = crisisWords("en");
  const bar = make("div", { class: "bar", part: "crisis-bar", role: "group", "aria-label": words.bar }, make("span", { class: "ask" }, words.ask), make("div", { class: "links" }, crisisLinks("en", true)));

  ui.welcome = make("div", { class: "welcome" });
  ui.turns = make("ol", { class: "turns" });
  ui.log = make("div", { class: "log", part: "conversation", role: "region", "aria-label": word("conversation"), tabindex: "0" }, ui.welcome, ui.turns);

  ui.notice = make("div", { class: "notice", part: "notice", role: "alert" });
  ui.spoken = make("div", { class: "hidden", "aria-live": "polite" });
  ui.alarm = make("div", { class: "hidden", role: "alert" });

  ui.text = make("textarea", { id: "text", rows: "1", autocomplete: "off", enterkeyhint: "send", "aria-describedby": "hint left", dir: "auto", oninput: on.typed });
  ui.left = make("p", { class: "left", id: "left", "aria-live": "polite" });
  ui.form = make(
    "form",
    { class: "form", part: "form", novalidate: true, onsubmit: on.send },
    make("div", { class: "labels" }, make("label", { for: "text" }, word("label")), make("p", { class: "hint", id: "hint" }, word("hint"))),
    make("div", { class: "field" }, ui.text, make("button", { type: "submit", class: "send", part: "send", "aria-label": word("send"), title: word("send") }, icon(ICONS.send))),
    ui.left,
  );
  ui.panel = make(
    "div",
    { class: "panel", part: "panel", role: "dialog", "aria-labelledby": "title", "aria-describedby": "subtitle", hidden: true },
    header,
    bar,
    ui.log,
    ui.notice,
    ui.form,
    ui.spoken,
    ui.alarm,
  );
  return ui;
}
