/** Makes elements without ever reading a text as markup. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Makes an element.
 *
 * @param {string} tag Its name.
 * @param {Object} traits Attributes; a function under `onclick` and the like listens; null, undefined and false are left out.
 * @param {...(Node|string|Array|null)} children What it holds; texts stay texts.
 */
export function make(tag, traits, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(traits || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  return fill(element, ...children);
}

/** Puts nodes and texts into an element. */
export function fill(element, ...children) {
  for (const child of children.flat(3)) if (child || child === 0) element.append(child);
  return element;
}

/** Replaces what an element holds. */
export function refill(element, ...children) {
  while (element.firstChild) element.firstChild.remove();
  return fill(element, ...children);
}

/** Draws an icon of 24 by 24 from its lines; it is decoration, hidden from screen readers. */
export function icon(path) {
  const picture = document.createElementNS(SVG, "svg");
  for (const [name, value] of [["viewBox", "0 0 24 24"], ["aria-hidden", "true"], ["focusable", "false"]])
    picture.setAttribute(name, value);
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  picture.append(line);
  return picture;
}

export const ICONS = {
  chat: "M4 5h16v11H10l-5 4v-4H4z",
  close: "M6 6l12 12M18 6L6 18",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  send: "M4 12l16-8-6 16-3-7z",
  yes: "M5 13l4 4L19 7",
  no: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h11v11H9zM5 15V4h11",
  leave: "M14 4h6v16h-6M4 12h11M11 8l4 4-4 4",
  phone: "M6 3h4l2 5-3 2a12 12 0 006 6l2-3 5 2v4c0 1-1 2-2 2C11 21 3 13 3 5c0-1 1-2 3-2z",
  open: "M7 10l5 5 5-5",
};
