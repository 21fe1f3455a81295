/** Shows a reply's text: paragraphs, headings, lists, bold, and links to https, tel and sms. Nothing else is markup. */

import { make } from "./dom.js";
import { word } from "./words.js";

const LINK = /\[([^\]\n]{1,200})\]\(([^)\s]{1,500})\)|\*\*([^*\n]+)\*\*|(https:\/\/[^\s<>"()]+[^\s<>"().,;:!?])|((?:[a-z0-9-]+\.)+(?:org|gov|com)\b(?:\/[\w/-]*)?)|((?:1-)?\d{3}-\d{3}-\d{4}|988|911)(?![\d-]|\.\d)/gi;
const OVERRIDES = /[\u202a-\u202e\u2066-\u2069]/g;
const SAFE = /^(https:\/\/[^/]|tel:[\d+-]+$|sms:[\d+-]+)/i;

/** Returns a text without the characters that turn the direction of what follows. */
export function tame(text) {
  return String(text).replace(OVERRIDES, "");
}

/** Returns a link, or its words alone where it leads to anything but https, tel or sms. */
export function link(address, ...words) {
  if (!SAFE.test(address)) return words;
  if (!/^https:/i.test(address)) return make("a", { href: address }, words);
  const away = make("span", { class: "hidden" }, " " + word("new_window"));
  return make("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, words, away);
}

/** Returns the nodes for one line. */
function inline(text) {
  const nodes = [];
  let done = 0;
  for (const match of text.matchAll(LINK)) {
    const [whole, words, address, bold, url, site, phone] = match;
    nodes.push(text.slice(done, match.index));
    // Old browsers know no look-behind: an e-mail address or a part of a longer number is no link.
    const within = /[\w@.-]/.test(text[match.index - 1] || "");
    if (words) nodes.push(link(address, words));
    else if (bold) nodes.push(make("strong", {}, bold));
    else if (within) nodes.push(whole);
    else if (phone) nodes.push(link("tel:" + phone.replace(/-/g, ""), phone));
    else nodes.push(link(url || "https://" + site, whole));
    done = match.index + whole.length;
  }
  return [...nodes, text.slice(done)];
}

/** Returns the nodes for a text. */
export function render(text) {
  const nodes = [];
  let list = null;
  for (const line of tame(text).split("\n")) {
    const item = /^\s*(?:([-*])|\d{1,2}[.)])\s+(.*)$/.exec(line);
    const heading = /^#{1,4}\s+(.*)$/.exec(line);
    if (item) {
      const kind = item[1] ? "ul" : "ol";
      if (!list || list.localName !== kind) nodes.push((list = make(kind, {})));
      list.append(make("li", { dir: "auto" }, inline(item[2])));
      continue;
    }
    list = null;
    if (heading) nodes.push(make("h3", { dir: "auto" }, inline(heading[1])));
    else if (line.trim()) nodes.push(make("p", { dir: "auto" }, inline(line)));
  }
  return nodes;
}
