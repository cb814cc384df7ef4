// Saves a draft while it is being written. Without it, "Save draft" does the same.

const QUIET = 2000; // save once nothing was typed for so long,
const LONGEST = 10000; // or when typing has gone on for so long
const FIRST_RETRY = 4000; // after a lost connection try again, ever more rarely,
const LAST_RETRY = 60000; // up to once a minute

const SIGNED_OUT = "Your sign-in has ended. Nothing is lost: press “Save draft”, then sign in again.";
const CHANGED = "It was saved somewhere else too. Press “Save draft” to see both texts: nothing you typed is lost.";
const AWAY = "Not saved just now: nothing answers. What you typed stays on this page, and is saved as soon as it can be.";
const TOO_LARGE = "Not saved: this is more than can be saved at once. Make it shorter; what you typed stays on this page.";
const REFUSED = "It cannot be saved like this. Press “Save draft” to see why: nothing you typed is lost.";

class Draft {
  constructor(form, status) {
    this.form = form;
    this.status = status;
    this.url = status.dataset.autosave;
    this.saved = this.text();
    this.retry = FIRST_RETRY;
    this.sending = null; // the save that is under way
    this.unanswered = null; // one whose answer was lost: sent again as it was, since it may have been saved
    this.stopped = false; // by an answer that only the person can deal with
    form.addEventListener("input", () => this.typed());
    form.addEventListener("change", () => this.typed());
    form.addEventListener("submit", (event) => this.submitted(event));
    window.addEventListener("online", () => this.save());
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) this.stopped = false; // back to this page as it was left
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.failing) event.preventDefault();
    });
  }

  // What is written, without what belongs to pressing a button.
  body() {
    const body = new URLSearchParams(new FormData(this.form));
    for (const name of ["form_key", "then", "add_row"]) body.delete(name);
    return body;
  }

  // The text alone: a new edit number is no new text.
  text() {
    const body = this.body();
    body.delete("edit");
    return body.toString();
  }

  typed() {
    this.since ??= Date.now();
    const wait = Math.max(0, Math.min(QUIET, this.since + LONGEST - Date.now()));
    this.later(wait);
  }

  later(wait) {
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => this.save(), wait);
  }

  async save() {
    if (this.stopped || this.sending) return;
    const text = this.text();
    this.since = undefined;
    if (text === this.saved && !this.unanswered) return;
    const sent = this.unanswered ?? { text, body: this.body() };
    this.sending = this.send(sent.body);
    const answer = await this.sending;
    this.sending = null;
    this.unanswered = answer === "lost" ? sent : null;
    if (answer === "saved") {
      this.saved = sent.text;
      if (this.text() !== sent.text) this.typed();
    }
  }

  async send(body) {
    let response;
    try {
      response = await fetch(this.url, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        redirect: "manual",
      });
    } catch {
      return this.tryAgain();
    }
    if (response.status >= 500) return this.tryAgain();
    this.failing = false;
    this.retry = FIRST_RETRY;
    if (response.ok) return this.kept(await response.json());
    if (response.status === 422) return this.say(`Not saved yet: ${(await response.json()).problems.join(". ")}`);
    if (response.status === 413) return this.say(TOO_LARGE);
    this.stopped = true;
    if (response.type === "opaqueredirect" || [400, 401].includes(response.status)) return this.say(SIGNED_OUT);
    return this.say(response.status === 409 ? CHANGED : REFUSED);
  }

  kept(answer) {
    this.form.elements.edit.value = answer.edit;
    const but = answer.problems.length ? `, but not everything: ${answer.problems.join(". ")}` : "";
    const long = answer.too_long.length ? `. Too long to hand in: ${answer.too_long.join(". ")}` : "";
    this.say(`Saved ${answer.saved_at}${but}${long}`);
    return "saved";
  }

  tryAgain() {
    this.failing = true;
    this.say(AWAY);
    this.later(this.retry);
    this.retry = Math.min(this.retry * 2, LAST_RETRY);
    return "lost";
  }

  say(words) {
    if (this.status.textContent !== words) this.status.textContent = words;
  }

  // A save that is under way, or whose answer was lost, would make the one that was asked for look out of date: let it end first.
  async submitted(event) {
    clearTimeout(this.timer);
    this.failing = false;
    if (this.stopped || !(this.sending || this.unanswered)) {
      this.stopped = true;
      return;
    }
    event.preventDefault();
    const button = event.submitter;
    await (this.sending ?? this.save());
    this.stopped = true;
    this.form.requestSubmit(button);
  }
}

const form = document.getElementById("draft");
const status = document.getElementById("saved");
if (form && status) new Draft(form, status);
