// What the build put into the page: see `build.mjs`, which makes the module `supplies`.

import data from "virtual:supplies";

import { utf8 } from "./bytes";
import type { Supplies } from "./check";

export const SUPPLIES: Supplies = {
  contexts: new Map(data.contexts),
  dictionaries: new Map(data.dictionaries.map(([id, body]) => [id, utf8(body)])),
  trusted: new Map(data.trusted),
  documents: new Map(data.documents.map(([url, body, readAt]) => [url, { body: utf8(body), readAt: new Date(readAt) }])),
};
