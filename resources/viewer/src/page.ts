// The page itself: what is shown, and what happens when a person does something.

import { type Answer, checkSentence, insideSentences, type Sentence, type Shown, type State, stateOf, type View, viewOf } from "./answers";
import { type Bytes } from "./bytes";
import { bdi, colour, el, initials, type Mark, MARKS, shape, titles } from "./dom";
import { type Checked, outcomeOf, partOutcome, type PartReport, type Report } from "./model";
import { clip, type Named, readRecord } from "./record";
import { isWord, type Language, type Fields, Voice, type Word } from "./words";

const result = ({ name, detail }: Named): string => (name ? `${name}: ${detail}` : (detail ?? ""));

// Of a part nothing is said about what few say, what nobody could ask, and what the whole says.
const UNSAID = new Set(["not_checked", "subject_unsaid", "issuer_not_listed", "issuer_test_list", "issuer_sample"]);
const MAX_FILE_BYTES = 16 * 1024 * 1024;

export interface Machine {
  check(input: Bytes, source: string, now: Date): Promise<Checked>;
  now(): Date;
  origin: string;
}

export class Page {
  private voice: Voice;
  private email: string | null = null;
  private emailProblem = false;
  private openDetails = new Set<number>();
  private current: { checked: Checked; at: Date } | null = null;
  private pasted = "";

  constructor(private readonly machine: Machine) {
    const languages = navigator.languages ?? [navigator.language];
    const first = languages.map((l) => l.split("-")[0]).find((l) => l === "en" || l === "es");
    this.voice = new Voice((first ?? "en") as Language, languages);
    this.listen();
  }

  // ---- What happens ----------------------------------------------------------------------------

  /** Check `input` and show what came of it. */
  async open(input: Bytes, source: string, byPerson: boolean): Promise<void> {
    const at = this.machine.now();
    this.email = null;
    this.emailProblem = false;
    this.openDetails.clear();
    this.busy();
    try {
      this.current = { checked: await this.machine.check(input, source, at), at };
      this.draw();
    } catch (error) {
      // A mistake of this page; it never looks like an answer.
      console.error(error);
      this.fail("other", source);
    }
    if (byPerson) this.focusHeading();
  }

  /** Show the page as it is without a link. */
  start(): void {
    this.current = null;
    this.draw();
  }

  private listen(): void {
    addEventListener("dragover", (event) => {
      event.preventDefault();
      document.body.classList.add("dragging");
    });
    addEventListener("dragleave", (event) => {
      if (event.relatedTarget === null) document.body.classList.remove("dragging");
    });
    addEventListener("drop", (event) => {
      event.preventDefault();
      document.body.classList.remove("dragging");
      const file = event.dataTransfer?.files[0];
      if (file) void this.openFile(file);
      else this.openText(event.dataTransfer?.getData("text/plain") ?? "");
    });
    addEventListener("paste", (event) => {
      if (event.target instanceof HTMLElement && event.target.closest("input, textarea")) return;
      const file = event.clipboardData?.files[0];
      if (file) void this.openFile(file);
      else this.openText(event.clipboardData?.getData("text/plain") ?? "");
    });
    addEventListener("beforeprint", () => {
      for (const details of document.querySelectorAll("details")) details.open = true;
    });
  }

  private async openFile(file: File): Promise<void> {
    if (file.size > MAX_FILE_BYTES) return this.fail("too_large", file.name);
    try {
      await this.open(new Uint8Array(await file.arrayBuffer()), file.name, true);
    } catch {
      this.fail("file_unreadable", file.name);
    }
  }

  private openText(text: string): void {
    if (text.trim() !== "") void this.open(new TextEncoder().encode(text) as Bytes, "", true);
  }

  private fail(code: string, source: string): void {
    const error = { code, facts: {} };
    this.current = { checked: { source, readable: null, report: null, credentials: [], error }, at: this.machine.now() };
    this.draw();
    this.focusHeading();
  }

  private focusHeading(): void {
    document.querySelector<HTMLElement>("h1")?.focus();
  }

  private speakOther(): void {
    this.voice = new Voice(this.voice.language === "en" ? "es" : "en", navigator.languages);
    this.draw();
    document.querySelector<HTMLElement>("#language")?.focus();
  }

  // ---- What is drawn ---------------------------------------------------------------------------

  private t(word: Word, fields: Fields = {}): string {
    return this.voice.say(word, fields);
  }

  private draw(): void {
    const main = el("main", { id: "main", tabindex: "-1" });
    if (this.current === null) main.append(...this.emptyState());
    else if (this.current.checked.error !== null || outcomeOf(this.current.checked) === null) main.append(...this.failure(this.current.checked));
    else main.append(...this.result(this.current.checked, this.current.at));
    document.documentElement.lang = this.voice.language;
    document.body.replaceChildren(el("a", { class: "skip", href: "#main", click: (e) => this.skip(e) }, this.t("answers")), this.header(), main);
    document.title = `${main.querySelector("h1")?.textContent ?? ""} – ${this.t("page_name")}`.replace(/^ – /, "");
  }

  /** A plain `#main` would change the fragment, which is the shared link itself. */
  private skip(event: Event): void {
    event.preventDefault();
    document.querySelector<HTMLElement>("main")?.focus();
  }

  private busy(): void {
    const status = el("p", { role: "status", class: "lead" }, this.t("checking"));
    document.body.replaceChildren(this.header(), el("main", { id: "main", "aria-busy": "true" }, status));
  }

  private header(): HTMLElement {
    const other = this.voice.language === "en" ? "es" : "en";
    return el("header", {},
      el("b", {}, this.t("page_name")),
      el("div", { class: "right" },
        el("span", { class: "privacy" }, this.t("in_browser")),
        el("button", { id: "language", type: "button", class: "link", lang: other, click: () => this.speakOther() }, this.t("other_language"))));
  }

  private heading(text: string | (Node | string)[]): HTMLElement {
    return el("h1", { tabindex: "-1" }, ...(typeof text === "string" ? [text] : text));
  }

  private emptyState(): Node[] {
    return [
      this.heading(this.t("empty_title")),
      el("p", { class: "lead" }, this.t("empty_lead")),
      el("section", { class: "card drop", "aria-label": this.t("empty_title") },
        el("p", {}, this.t("empty_how")),
        ...this.inputs()),
      el("p", { class: "small" }, this.t("empty_private")),
    ];
  }

  private inputs(): Node[] {
    const file = el("input", {
      type: "file", id: "file", class: "file", tabindex: "-1", "aria-hidden": "true",
      accept: ".json,.jsonld,.jwt,.txt,.png,application/json,application/ld+json,application/vc,application/vp,image/png,text/plain",
      change: (event) => {
        const chosen = (event.target as HTMLInputElement).files?.[0];
        if (chosen) void this.openFile(chosen);
      },
    });
    const paste = el("textarea", { id: "paste", spellcheck: "false", autocomplete: "off", autocapitalize: "off", input: () => { this.pasted = paste.value; } });
    paste.value = this.pasted;
    return [
      el("div", {}, file, el("button", { type: "button", class: "primary", click: () => file.click() }, this.t("choose_file"))),
      el("form", { submit: (event) => { event.preventDefault(); this.pasted = ""; this.openText(paste.value); } },
        el("label", { for: "paste" }, this.t("paste_label")),
        paste,
        el("div", { class: "actions" }, el("button", { type: "submit" }, this.t("paste_button")))),
    ];
  }

  private failure(checked: Checked): Node[] {
    const { code, facts } = checked.error ?? { code: "empty", facts: {} };
    let key = `e_${code}`;
    if (code === "link_cut" && !facts.arrived) key = "e_link_cut_early";
    const sentence = this.t(isWord(key) ? key : "e_other", facts);
    return [
      this.heading(this.t("cannot_read")),
      checked.source ? el("p", { class: "lead" }, bdi(clip(checked.source, 120))) : null,
      el("div", { class: "card answer notice", role: "alert" }, shape("open"), el("p", {}, sentence)),
      el("section", { class: "card drop", "aria-label": this.t("check_another") }, el("h2", {}, this.t("check_another")), ...this.inputs()),
    ].filter((node) => node !== null);
  }

  private result(checked: Checked, at: Date): Node[] {
    const view = viewOf(checked, this.machine.origin, at, this.email);
    const issued = view.shown.filter((s) => s.state !== "self");
    const stated = view.shown.filter((s) => s.state === "self");
    const nodes: (Node | null)[] = [
      this.heading(this.title(view)),
      view.audience === null ? null : el("p", { class: "lead" }, ...this.weave("for_lead", { name: view.audience })),
      view.sample ? el("p", { class: "notice", role: "note" }, this.t("samples")) : null,
      el("section", { class: "answers", "aria-label": this.t("answers") }, ...view.answers.map((answer) => this.answer(answer, view, at))),
    ];
    if (issued.length > 0) nodes.push(el("section", { "aria-label": this.t("credentials") }, ...issued.map((s) => this.credential(s, view, at))));
    if (stated.length > 0) {
      nodes.push(el("section", { class: "group", "aria-label": this.t("self_stated") },
        el("h2", {}, this.t("self_stated")),
        el("p", { class: "lead" }, this.t("self_stated_note")),
        ...stated.map((s) => this.credential(s, view, at))));
    }
    nodes.push(
      el("div", { class: "actions" },
        el("button", { type: "button", click: () => print() }, this.t("print")),
        el("button", { type: "button", click: () => this.save(checked) }, this.t("save")),
        el("button", { type: "button", click: () => { this.start(); this.focusHeading(); } }, this.t("check_another"))),
      el("p", { class: "small" }, this.t("checked_when", { when: this.voice.time(at) }).replace(/\.\.$/, ".")));
    return nodes.filter((node) => node !== null);
  }

  /** A sentence whose fields came from outside, each kept in its own direction. */
  private weave(word: Word, fields: Fields): (Node | string)[] {
    const marked: Fields = {};
    const names = Object.keys(fields);
    names.forEach((name, i) => { marked[name] = `\u0000${i}\u0000`; });
    return this.t(word, marked).split("\u0000").map((part, i) => (i % 2 ? bdi(String(fields[names[Number(part)]])) : part));
  }

  private title(view: View): string | (Node | string)[] {
    const n = view.shown.length;
    if (n === 0) return this.t("shares_none");
    if (!view.presented) return this.t(n === 1 ? "holds_one" : "holds_many", { n });
    if (view.senderName !== null) return this.weave(n === 1 ? "shares_one" : "shares_many", { name: view.senderName, n });
    return this.t(n === 1 ? "shared_one" : "shared_many", { n });
  }

  private sentence(sentence: Sentence, at: Date): (Node | string)[] {
    const fields: Fields = { ...sentence.fields };
    for (const [name, { date, as }] of Object.entries(sentence.dates ?? {})) {
      fields[name] = as === "time" ? this.voice.time(date) : as === "near" ? this.voice.nearDay(date, at) : this.voice.day(date);
    }
    if ("key" in fields) fields.where = this.t("where_key", { key: fields.key });
    else if ("id" in fields) fields.where = this.t("where_id", { id: fields.id });
    else if ("domain" in fields) fields.where = this.t("where_domain", { domain: fields.domain });
    if (this.email !== null) fields.email = clip(this.email, 120);
    const said = this.weave(sentence.word, fields);
    return sentence.about === undefined ? said : [...titles(sentence.about), ": ", ...said];
  }

  private answer(answer: Answer, view: View, at: Date): HTMLElement {
    const mark = answer.ended ? "over" : MARKS[answer.outcome];
    const verdict = this.t(answer.ended ? "over" : ({ passed: "yes", unknown: "open", failed: "no" } as const)[answer.outcome]);
    const text = answer.sentences.map((s) => this.sentence(s, at));
    const list = answer.sentences.some((s) => s.about !== undefined) || (text.length > 1 && answer.question !== "meant" && answer.question !== "valid");
    const body = list
      ? el("ul", {}, ...text.map((nodes) => el("li", {}, ...nodes)))
      : el("p", {}, ...text.flatMap((nodes) => [...nodes, " "]));
    return el("article", { class: "card answer", "data-question": answer.question, "data-outcome": answer.ended ? "ended" : answer.outcome },
      shape(mark),
      el("div", {},
        el("div", { class: "answer-head" }, el("h2", {}, this.t(answer.question)), el("span", { class: `verdict ${mark}` }, verdict)),
        body,
        answer.question === "person" && view.comparesEmail ? this.emailForm() : null));
  }

  private emailForm(): HTMLElement {
    const input = el("input", { type: "email", id: "email", autocomplete: "off", "aria-describedby": "email-note", required: true });
    input.value = this.email ?? "";
    const compare = (event: Event) => {
      event.preventDefault();
      const typed = input.value.trim();
      this.emailProblem = !/^[^\s@]+@[^\s@]+$/.test(typed);
      this.email = this.emailProblem ? null : typed;
      this.draw();
      const field = document.querySelector<HTMLInputElement>("#email");
      if (field && this.emailProblem) field.value = typed;
      field?.focus();
    };
    return el("form", { class: "compare", novalidate: true, submit: compare },
      el("label", { for: "email" }, this.t("email_label")),
      el("div", { class: "row" }, input, el("button", { type: "submit" }, this.t("email_button"))),
      el("p", { class: "small", id: "email-note", role: "status" }, this.t(this.emailProblem ? "email_bad" : "email_note")));
  }

  private badge(state: State, ends: Date | null, at: Date): HTMLElement {
    const marks: { [state in State]: Mark | null } = {
      holds: "good", unchecked: "open", broken: "bad", foreign: "bad", withdrawn: "bad", ended: "over", ends_soon: "over", self: null,
      not_all_holds: "bad", not_all_checked: "open",
    };
    const mark = marks[state];
    const words = state === "ends_soon" && ends !== null ? this.endsIn(ends, at) : this.t(`state_${state === "ends_soon" ? "ended" : state}`);
    return el("span", { class: `badge ${mark ?? "self"}` }, mark === null ? null : shape(mark), words);
  }

  private endsIn(ends: Date, at: Date): string {
    const days = Math.floor((ends.getTime() - at.getTime()) / 86_400_000);
    if (days < 1) return this.t("state_ends_today");
    if (days === 1) return this.t("state_ends_day");
    if (days < 60) return this.t("state_ends_days", { n: days });
    return this.t("state_ends_months", { n: Math.round(days / 30.4) });
  }

  private credential(shown: Shown, view: View, at: Date): HTMLElement {
    const { record, state } = shown;
    const { listedAs } = shown;
    const name = listedAs ?? record.issuerName ?? "";
    const facts: (Node | string)[] = [];
    const add = (...nodes: (Node | string)[]) => facts.push(...(facts.length > 0 ? [" · "] : []), ...nodes);
    if (name && state !== "self") add(...(listedAs === null ? this.weave("calls_itself", { name }) : [bdi(name)]));
    if (shown.credential.format === "open-badge-2") add(this.t("older_badge"));
    if (record.awarded !== null) add(this.voice.day(record.awarded));
    if (record.ends !== null && record.ends > at) add(this.t("until", { date: this.voice.day(record.ends) }));
    for (const one of record.results.slice(0, 2)) add(bdi(result(one)));
    const at_ = view.shown.indexOf(shown);
    const details = el("details", { toggle: () => { if (details.open) this.openDetails.add(at_); else this.openDetails.delete(at_); } },
      el("summary", {}, this.t("details")), this.says(shown), this.checksOf(shown, at),
      this.parts("inside", shown.report, "credential", at), this.parts("endorsers", shown.report, "endorsement", at));
    details.open = this.openDetails.has(at_);
    return el("article", { class: "card credential", "data-state": state },
      el("div", { class: `tile ${state === "self" ? "tile-self" : `tile-${colour(record.issuerId)}`}`, "aria-hidden": "true" }, initials(state === "self" ? record.title : name || record.title)),
      el("div", {}, el("h2", {}, bdi(record.title)), el("p", { class: "lead" }, ...facts)),
      this.badge(state, record.ends, at),
      this.inside(shown.report, at),
      record.skills.length > 0 ? el("ul", { class: "chips", "aria-label": this.t("skills") }, ...record.skills.slice(0, 12).map((s) => el("li", {}, bdi(s)))) : null,
      details);
  }

  /** How the records inside stand, next to the verdict about the whole. */
  private inside(report: Report, at: Date): HTMLElement | null {
    const said = insideSentences(report).flatMap((one) => [...this.sentence(one, at), " "]);
    return said.length > 0 ? el("p", { class: "inside" }, ...said) : null;
  }

  /** What others signed that stands inside, each with its state and what is wrong with or open about it. */
  private parts(heading: Word, { parts }: Report, role: PartReport["role"], at: Date): HTMLElement | null {
    const found = parts.filter((one) => one.role === role);
    if (found.length === 0) return null;
    return el("div", { class: "checks parts" }, el("h3", {}, this.t(heading)), el("ul", {}, ...found.map((one) => this.part(one, at))));
  }

  private part(part: PartReport, at: Date): HTMLElement {
    const { credential, report, problem } = part;
    const outcome = partOutcome(part);
    const state = report === null ? "unchecked" : stateOf(report, credential?.validUntil ?? null, at);
    const mark = state === "ended" ? "over" : state === "not_all_holds" ? "bad" : state === "not_all_checked" ? "open" : MARKS[outcome];
    const doubts = (report?.checks ?? []).filter((c) => c.reason !== null && !UNSAID.has(c.reason)).map((c) => this.sentence(checkSentence(c, credential), at));
    const key = `e_${problem}`;
    if (problem !== null) doubts.push([this.t(isWord(key) ? key : "e_other")]);
    return el("li", { "data-part": part.place, "data-outcome": outcome },
      shape(mark),
      el("div", {},
        el("b", {}, ...this.called(part)),
        el("span", { class: `verdict ${mark}` }, ` ${this.t(state === "holds" || state === "self" || state === "ends_soon" ? "state_holds" : `state_${state}`)}`),
        ...doubts.map((nodes) => el("p", { class: "small" }, ...nodes)),
        report === null ? null : this.inside(report, at),
        report === null ? null : this.parts("inside", report, "credential", at),
        report === null ? null : this.parts("endorsers", report, "endorsement", at)));
  }

  /** A course with its grade and day, or who endorses what; a single result needs no name of its own. */
  private called(part: PartReport): (Node | string)[] {
    const by = part.issuerName || part.issuer;
    if (part.role === "endorsement") {
      return [bdi(clip(by || part.title, 120)), `: ${this.t(part.report?.checks.some((c) => c.reason === "endorses_another") ? "of_another" : `of_${part.thing}`)}.`];
    }
    const record = part.credential === null ? null : readRecord(part.credential);
    const results = record?.results ?? [];
    const said = results.length === 1 ? [results[0].detail ?? ""] : results.map(result);
    if (record?.awarded) said.push(this.voice.day(record.awarded));
    const name = bdi(clip(record?.title || part.title, 160) || this.t("nameless"));
    return said.length > 0 ? [name, ": ", bdi(said.join(", ")), "."] : [name, "."];
  }

  private says({ record }: Shown): HTMLElement {
    const rows: [Word, string[]][] = [
      ["description", record.description === null ? [] : [record.description]],
      ["criteria", record.criteria === null ? [] : [record.criteria]],
      ["results", record.results.map(result)],
      ["contains", record.parts],
      ["evidence", record.evidence.map((e) => (e.detail === null ? e.name : `${e.name}: ${e.detail}`))],
      ["skills", record.skills.length > 12 ? [record.skills.join(", ")] : []],
      ["named_person", record.subjectName === null ? [] : [record.subjectName]],
      ["awarded", record.awarded === null ? [] : [this.voice.day(record.awarded)]],
      ["ends_on", record.ends === null ? [] : [this.voice.day(record.ends)]],
      ["issuer_id", [clip(record.issuerId, 300)]],
    ];
    const dl = el("dl");
    for (const [word, values] of rows) {
      if (values.length > 0) dl.append(el("dt", {}, this.t(word)), ...values.map((v) => el("dd", {}, bdi(v))));
    }
    return dl;
  }

  private checksOf({ credential, report }: Shown, at: Date): HTMLElement {
    const items = report.checks.map((check) => {
      const over = check.reason === "ended";
      const said = this.sentence(checkSentence(check, credential), at);
      return el("li", { "data-check": check.question, "data-outcome": check.outcome },
        shape(over ? "over" : MARKS[check.outcome]),
        el("span", {}, el("b", {}, `${this.t(`q_${check.question}`)}: ${this.t(over ? "over" : ({ passed: "yes", unknown: "open", failed: "no" } as const)[check.outcome]).toLowerCase()}. `), ...said));
    });
    return el("div", { class: "checks" }, el("h3", {}, this.t("checks")), el("ul", {}, ...items));
  }

  private save(checked: Checked): void {
    const readable = checked.readable;
    if (readable === null) return;
    const jose = readable.kind !== "bundle" && readable.token !== null;
    const url = URL.createObjectURL(new Blob([readable.raw], { type: jose ? "application/jwt" : "application/json" }));
    const anchor = el("a", { href: url, download: jose ? "credentials.jwt" : "credentials.json" });
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }
}
