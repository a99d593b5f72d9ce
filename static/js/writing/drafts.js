// Keeps the text that is typed into the form of an article until it is saved: in this browser within
// a second, and on the server every ten seconds at most. It says who else is in the article, offers
// text that was never saved, and asks before a page with such text is left. Without this module the
// server still offers its copy. On the page after signing out, it deletes what this browser keeps.

// --- The copies in this browser ------------------------------------------------------------------

const PREFIX = "newsroom.draft.";
const KEPT_FOR = 7 * 24 * 3600 * 1000;
const farewell = new BroadcastChannel("newsroom.draft.farewell");

// Return what `act` returns; nothing in a browser that keeps nothing, or has no room left.
function inStore(act) {
  try {
    return act(localStorage, sessionStorage);
  } catch {
    return undefined;
  }
}

const keys = () =>
  inStore((store) => Object.keys(store).filter((key) => key.startsWith(PREFIX))) ?? [];
const forget = (key) => inStore((store) => store.removeItem(key));

const signedOut = document.querySelector("[data-forget-drafts]");
if (signedOut) {
  // Of whoever has signed out; of everybody, where their session had ended before.
  const owner = signedOut.dataset.forgetDrafts;
  keys()
    .filter((key) => key.startsWith(PREFIX + owner))
    .forEach(forget);
  farewell.postMessage(owner);
}

// Return the copy that is kept as `key`, or nothing if it is too old or broken.
function copyAt(key) {
  try {
    const copy = JSON.parse(localStorage.getItem(key));
    // The clock may have been set back a little.
    if (Math.abs(Date.now() - copy.at) < KEPT_FOR) return copy;
  } catch {
    // Deleted below.
  }
  forget(key);
  return null;
}

// --- The form ------------------------------------------------------------------------------------

// Milliseconds.
const PAUSE = 1000;
const SEND_EVERY = 10_000;
const SIGN_EVERY = 20_000;
const TRY_AGAIN_AFTER = 5000;
// No part of the text: the token of the session, and the fields of this module.
const NO_TEXT = new Set([
  ...["csrfmiddlewaretoken", "sitting", "taken_up", "colleagues_seen"],
  ...["with_whom", "due", "handed"],
]);

// A sitting is one page with the form, from its opening to its end.
function newSitting() {
  const random = crypto.getRandomValues(new Uint8Array(12));
  return [...random].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function valuesOf(form) {
  const found = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && !NO_TEXT.has(name)) (found[name] ??= []).push(value);
  }
  return found;
}

// Return what the form held as the server sent it: a person may have typed before this script ran,
// and a browser that loads a page anew fills in what was typed before.
function valuesAsSent(form) {
  const copy = form.cloneNode(true);
  copy.reset();
  return valuesOf(copy);
}

const isJson = (answer) => answer.headers.get("Content-Type") === "application/json";

const inWords = (values) => JSON.stringify(Object.entries(values).sort());

class Keeper {
  // What is typed now, what the page showed, and what the server has; see `inWords`.
  typed = null;
  shown = null;
  stored = null;
  // The form was sent: its text is saved, or comes back with the errors.
  isSent = false;
  // The server keeps no text of this page: something in the article was taken down, all of it was
  // deleted, or the person may not change it any more.
  isRefused = false;
  // Nor a text of this length, in characters.
  tooLong = Infinity;
  // Nor this one: it keeps a text of the same person's other window.
  turnedAway = null;
  isTakenDown = false;
  // The person has signed out in another window: nothing of theirs stays in this browser.
  isSignedOut = false;
  underWay = null;
  pause = null;
  lastText = -Infinity;
  lastSign = -Infinity;
  waitUntil = 0;

  constructor(form, root, offers) {
    this.form = form;
    this.data = root.dataset;
    this.here = root.querySelector(".drafts-here");
    this.status = root.querySelector(".drafts-kept");
    this.offers = offers;
    this.place = `${PREFIX}${this.data.owner}.${this.data.article}.`;
    this.sitting = form.elements.sitting;
    this.sitting.value ||= newSitting();
    this.takenUp = form.elements.taken_up;
    this.typed = inWords(this.values());
    if (!("unsaved" in this.data)) this.shown = this.stored = inWords(valuesAsSent(form));
  }

  start() {
    this.meetCopies();
    for (const kind of ["input", "change"]) this.form.addEventListener(kind, () => this.onInput());
    this.form.addEventListener("submit", (event) => this.onSubmit(event));
    addEventListener("pagehide", () => this.onLeave());
    document.addEventListener("visibilitychange", () => document.hidden && this.onLeave());
    addEventListener("beforeunload", (event) => {
      if (!this.isSent && this.isUnsaved()) event.preventDefault();
    });
    document.addEventListener("session-renewed", () => {
      this.isSignedOut = false;
      this.waitUntil = 0;
      this.onTick();
    });
    farewell.onmessage = ({ data: owner }) => {
      this.isSignedOut ||= [this.data.owner, ""].includes(owner);
    };
    setInterval(() => this.onTick(), PAUSE);
    this.onTick();
  }

  values() {
    return valuesOf(this.form);
  }

  isUnsaved() {
    this.typed = inWords(this.values());
    return this.typed !== this.shown;
  }

  get hasOffer() {
    return this.offers.childElementCount > 0;
  }

  say(words) {
    if (this.status.textContent !== words) this.status.textContent = words;
  }

  // Keep what is not saved in this browser, and say so with `words`, if any; or that it can't.
  sayKeptHere(words) {
    if (!this.isUnsaved()) return;
    const isKept = this.keepHere();
    if (words || !isKept) this.say(isKept ? words : this.data.notKept);
  }

  // --- What happens ----------------------------------------------------------------------------

  onInput() {
    if (this.isSent) {
      // The page goes on after it was sent. What follows is another text than the one that was sent.
      this.isSent = false;
      this.takenUp.value = `${this.sitting.value} ${this.takenUp.value}`.trim();
      this.sitting.value = newSitting();
    }
    this.pause ??= setTimeout(() => {
      this.pause = null;
      if (!this.isUnsaved()) this.forgetHere();
      else this.sayKeptHere();
      this.onTick();
    }, PAUSE);
  }

  onSubmit(event) {
    // A preview in a tab is no save.
    if (event.submitter?.formTarget) return;
    // A page of errors, of the login or of a broken network may come in place of the saved article.
    if (this.isUnsaved()) this.keepHere();
    this.isSent = true;
    this.underWay?.abort();
    setTimeout(() => {
      if (event.defaultPrevented) this.isSent = false;
    });
  }

  onLeave() {
    if (!this.isSent && this.isUnsaved() && this.typed !== this.stored) this.keepHere();
  }

  onTick() {
    const now = performance.now();
    if (this.underWay || this.isSent || now < this.waitUntil) return;
    // While a text is offered, the server must not lose it: the new one is kept here meanwhile.
    const isKnown = [this.stored, this.turnedAway].includes(this.typed);
    const mayGo = !this.hasOffer && !this.isRefused && this.typed.length < this.tooLong;
    const hasText = !isKnown && mayGo;
    if (hasText && now - this.lastText >= SEND_EVERY) this.send(true);
    else if (now - this.lastSign >= SIGN_EVERY && !document.hidden) this.send(false);
  }

  // --- The copy on the server ------------------------------------------------------------------

  // Send a sign that the person is here, with the text if it is new.
  async send(hasText) {
    const values = this.values();
    const typed = inWords(values);
    const isBack = typed === this.shown;
    const text = isBack ? { give_up: true } : { values };
    Object.assign(text, { sitting: this.sitting.value, taken_up: this.takenUp.value });
    this.lastSign = performance.now();
    if (hasText) this.lastText = this.lastSign;
    this.underWay = new AbortController();
    try {
      const answer = await this.post({ place: this.focused(), ...(hasText ? text : {}) });
      if (answer.ok) {
        const { moment, here, kept } = await answer.json();
        const words = here.join(" ");
        if (this.here.textContent !== words) this.here.textContent = words;
        if (hasText && !kept) {
          this.turnedAway = typed;
          this.sayKeptHere(this.data.keptElsewhere);
        } else if (hasText) {
          this.stored = typed;
          if (!this.isUnsaved() || this.typed === typed) this.forgetHere();
          this.say(isBack ? "" : this.data.kept.replace("{moment}", moment));
        }
      } else if (answer.status === 409) {
        this.isRefused = this.isTakenDown = true;
        this.forgetHere();
        this.say((await answer.json()).error);
      } else if (answer.status === 403) {
        this.isRefused = true;
        this.sayKeptHere((await answer.json()).error);
      } else if (answer.status === 404) {
        this.isRefused = true;
        this.sayKeptHere(this.data.deleted);
      } else if (answer.status === 413) {
        this.tooLong = typed.length;
        this.sayKeptHere((await answer.json()).error);
      } else {
        const seconds = Number(answer.headers.get("Retry-After"));
        this.waitUntil = performance.now() + (1000 * seconds || TRY_AGAIN_AFTER);
        if (hasText) this.lastText = -Infinity;
        this.sayKeptHere(this.data.keptHere);
      }
    } catch {
      this.waitUntil = performance.now() + TRY_AGAIN_AFTER;
      if (hasText) this.lastText = -Infinity;
      if (!this.isSent) this.sayKeptHere(this.data.keptHere);
    } finally {
      this.underWay = null;
    }
  }

  async post(body) {
    const answer = await fetch(this.data.address, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value,
      },
      body: JSON.stringify(body),
      // To the login, if the session has ended.
      redirect: "manual",
      signal: this.underWay?.signal,
    });
    const isToken = answer.status === 403 && !isJson(answer);
    if (answer.type === "opaqueredirect" || isToken) {
      // `session.js` asks for the password, and says when there is a session again.
      document.dispatchEvent(new Event("signed-out"));
      throw new Error("The session has ended.");
    }
    return answer;
  }

  // Return the name of the field that has the focus. The rich text editor stands beside its field.
  focused() {
    let element = document.activeElement;
    if (!this.form.contains(element)) return "";
    if (!element.isContentEditable) return element.name ?? "";
    while (element !== this.form) {
      const field = element.querySelector("textarea[name]");
      if (field) return field.name;
      element = element.parentElement;
    }
    return "";
  }

  // --- The copy in this browser ----------------------------------------------------------------

  // Return whether the browser has room for it.
  keepHere() {
    if (this.isTakenDown || this.isSignedOut) return true;
    const sitting = this.sitting.value;
    const copy = { at: Date.now(), values: this.values(), takenUp: this.takenUp.value };
    return inStore((store, ofWindow) => {
      store.setItem(this.place + sitting, JSON.stringify(copy));
      // A page that is loaded anew in this window takes its text up by itself.
      ofWindow.setItem(this.place, sitting);
      return true;
    });
  }

  forgetHere(sitting = this.sitting.value) {
    forget(this.place + sitting);
  }

  // Offer the newest copy that has neither been saved nor taken up.
  async meetCopies() {
    if ("unsaved" in this.data) {
      this.keepHere();
      for (const sitting of this.takenUp.value.split(" ")) this.forgetHere(sitting);
      // Loaded anew, this page is the stored article again, and takes up the copy.
      history.replaceState(history.state, "", this.form.getAttribute("action") || location.pathname);
    }
    this.forgetHere(this.data.ended);
    const copies = keys()
      .map((key) => ({ ...copyAt(key), sitting: key.slice(this.place.length), key }))
      .filter(({ at, key }) => at && key.startsWith(this.place))
      .sort((a, b) => b.at - a.at);
    const [navigation] = performance.getEntriesByType("navigation");
    const isBack = ["reload", "back_forward"].includes(navigation?.type);
    const ofWindow = isBack && inStore((_store, own) => own.getItem(this.place));
    if ("unsaved" in this.data) return;
    // What was typed before this script ran.
    this.sayKeptHere();
    const own = copies.find(({ sitting }) => sitting === ofWindow);
    const ownText = own && inWords(own.values);
    if (own && ownText === this.typed) this.goOnWith(own);
    else if (own && ownText !== this.shown) return this.takeUp(own);
    if (!own && ofWindow && ofWindow === this.data.stored) {
      this.leave();
      return location.replace("?draft=1");
    }
    this.meetOffer(this.offers.firstElementChild, null);
    for (const copy of copies) if (copy !== own && (await this.offer(copy))) return;
  }

  // The browser has filled the form in by itself, as the copy has it.
  goOnWith({ sitting, takenUp = "" }) {
    this.takenUp.value = `${sitting} ${takenUp}`.trim();
    this.forgetHere(sitting);
    if (this.data.stored === sitting) this.offers.replaceChildren();
  }

  // Offer a copy, and return whether it is offered. The server knows what differs.
  async offer(copy) {
    const { at, values, sitting } = copy;
    const age = Math.max(0, Date.now() - at) / 1000;
    try {
      const answer = await this.post({ compare: true, values, sitting, age });
      if (answer.ok) {
        const offer = document.createElement("template");
        offer.innerHTML = (await answer.json()).html;
        const section = offer.content.firstElementChild;
        if (section) {
          // The server has an earlier state of the same text.
          if (sitting === this.data.stored) this.offers.replaceChildren();
          this.offers.prepend(section);
          this.meetOffer(section, copy);
          return true;
        }
      }
      // It changes nothing, or something in it was taken down.
      if (answer.ok || answer.status === 409) this.forgetHere(sitting);
    } catch {
      // The copy stays, and is offered another time.
    }
    return false;
  }

  meetOffer(section, copy) {
    section?.querySelector("[data-take-up]").addEventListener("click", (event) => {
      event.preventDefault();
      if (copy) this.takeUp(copy);
      else {
        this.leave();
        location.assign(event.target.href);
      }
    });
    section?.querySelector("[data-discard]").addEventListener("click", async (event) => {
      event.preventDefault();
      if (!copy || copy.sitting === this.data.stored) {
        const answer = await this.post({ give_up: true, sitting: this.data.stored }).catch(() => null);
        if (!answer?.ok) return location.assign(this.data.address);
      }
      if (copy) this.forgetHere(copy.sitting);
      section.remove();
      this.form.elements.headline?.focus();
    });
  }

  // Let the server show the form with a copy of this browser.
  takeUp({ values, sitting, takenUp = "" }) {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: this.data.address, hidden: true });
    const { value: token } = this.form.elements.csrfmiddlewaretoken;
    const own = { csrfmiddlewaretoken: [token], taken_up: [`${sitting} ${takenUp}`], _take_up: ["1"] };
    const fields = { ...values, ...own };
    for (const [name, each] of Object.entries(fields)) {
      for (const value of each) {
        const field = document.createElement("textarea");
        Object.assign(field, { name, value });
        form.append(field);
      }
    }
    document.body.append(form);
    this.leave();
    form.submit();
  }

  // Leave for another state of the form, without a question: what was typed here stays a copy.
  leave() {
    if (this.isUnsaved()) this.keepHere();
    this.isSent = true;
  }
}

const form = document.getElementById("article_form");
const root = document.getElementById("drafts");
if (form && root) {
  // By then the other modules have put their own fields in the place of plain ones, and no person
  // has typed anything.
  addEventListener("DOMContentLoaded", () => {
    new Keeper(form, root, document.getElementById("draft-offers")).start();
  });
}
