// The page's building blocks: elements, the four shapes of trust, texts from outside. No markup from
// anywhere is ever parsed; what came from outside is text inside <bdi>, bounded in length.

import type { Outcome } from "./model";
import { clip } from "./record";

const SVG = "http://www.w3.org/2000/svg";

type Child = Node | string | null;

interface Attributes {
  [name: string]: string | boolean | ((event: Event) => void);
}

/** Make an element. Functions become listeners; true an empty attribute; false none. */
export function el<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child): child is Node | string => child !== null));
  return node;
}

export type Mark = "good" | "open" | "bad" | "over";

const SHAPES: { [mark in Mark]: [tag: string, attributes: { [name: string]: string }][] } = {
  good: [
    ["circle", { cx: "9", cy: "9", r: "7.2", class: "disc" }],
    ["path", { d: "M5.8 9.2l2.2 2.2 4.2-4.6", class: "stroke" }],
  ],
  open: [
    ["circle", { cx: "9", cy: "9", r: "7.2", class: "stroke dash" }],
    ["path", { d: "M9 5.2v4.6M9 12.5v.1", class: "stroke" }],
  ],
  bad: [
    ["path", { d: "M9 1.9 16.6 15.6H1.4z", class: "stroke triangle" }],
    ["path", { d: "M9 6.6v4.2M9 13.1v.1", class: "stroke" }],
  ],
  over: [
    ["circle", { cx: "9", cy: "9", r: "7.2", class: "stroke" }],
    ["path", { d: "M9 4.8V9l2.8 1.8", class: "stroke" }],
  ],
};

/** One of the four shapes of trust; the words beside it say the same, so it is hidden from readers. */
export function shape(mark: Mark): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of [["viewBox", "0 0 18 18"], ["aria-hidden", "true"], ["class", mark]]) svg.setAttribute(name, value);
  for (const [tag, attributes] of SHAPES[mark]) {
    const part = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
    svg.append(part);
  }
  return svg;
}

export const MARKS: { [outcome in Outcome]: Mark } = { passed: "good", unknown: "open", failed: "bad" };

/** Text from outside, kept from turning its surroundings around. */
export const bdi = (value: string) => el("bdi", { dir: "auto" }, value);

/** The titles a sentence is about, the first of them by name. */
export function titles(all: string[]): (Node | string)[] {
  const named = all.slice(0, 3).flatMap((title, i) => [...(i > 0 ? [", "] : []), bdi(clip(title, 80))]);
  return all.length > 3 ? [...named, ` +${all.length - 3}`] : named;
}

/** Up to two initials for the tile beside a title. */
export function initials(name: string): string {
  const words = name.split(/[\s,.\-–—/()]+/).filter((w) => /^\p{L}/u.test(w));
  return words.slice(0, 2).map((w) => Array.from(w)[0].toUpperCase()).join("") || "·";
}

/** One of six colours, the same for the same issuer. */
export function colour(id: string): number {
  let sum = 0;
  for (const c of id) sum = (sum * 31 + c.codePointAt(0)!) >>> 0;
  return sum % 6;
}
