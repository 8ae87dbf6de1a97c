// The browser's entry: takes what the address holds, and shows the page.

import type { Bytes } from "./bytes";
import { utf8 } from "./bytes";
import { asJson, Checker } from "./check";
import { Page } from "./page";
import { SUPPLIES } from "./supplies";

const checker = new Checker(SUPPLIES);

const page = new Page({
  check: (input: Bytes, source: string, now: Date) => checker.check(input, { now, source }),
  now: () => new Date(),
  origin: location.origin,
});

/** The link this page was opened with; mail filters turn its `#` into `%23`. */
function openAddress(): void {
  const { href } = location;
  const at = href.search(/#|%23/i);
  if (at < 0 || /^(?:#|%23)$/i.test(href.slice(at))) page.start();
  else void page.open(utf8(href), "", false);
}

addEventListener("hashchange", openAddress);
openAddress();

/** For tests: the same check as the page's, on any input, at any time, with any documents. */
async function checkForTests(
  inputs: { input: string; base64?: boolean; now: string; pageOrigin?: string }[],
  documents: { [url: string]: string },
): Promise<object[]> {
  const bytes = (text: string) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)) as Bytes;
  const out: object[] = [];
  for (const { input, base64, now, pageOrigin } of inputs) {
    const data = base64 ? bytes(input) : utf8(input);
    const resolver = (url: string) => {
      const body = documents[url] ?? documents[url.split("#")[0]];
      return body === undefined ? null : { body: bytes(body), readAt: new Date(now) };
    };
    out.push(asJson(await checker.check(data, { now: new Date(now), documents: resolver, ...(pageOrigin ? { pageOrigin } : {}) })));
  }
  return out;
}

Object.defineProperty(window, "lerCheck", { value: checkForTests });
