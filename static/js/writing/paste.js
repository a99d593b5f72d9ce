// What is pasted into a body, as a body may hold it: paragraphs, two levels of headings, lists,
// quotations, tables, links, emphasis. Word's deletions and comments and all hidden text stay out.
//
// The policy of the admin makes Chromium drop the styles of HTML that a script parses, and report
// each of them, so ProseMirror would see none. So all that looks like an attribute that the policy
// is about gets another name before anything is parsed; in texts and addresses it goes back. A
// script may set the style of an element of this page: there each is read.
// Nothing of the pasted HTML is kept: its words are read one run after another, and blocks are made
// of them anew.

import { isOfNote, numberOfNote, ownNumber, takeNotes } from "newsroom/pasted_notes";

/** Stands for a footnote in the text of a line. */
const OBJECT = "\ufffc";

/** Elements whose content is never text of an article. */
const SILENT = new Set(
  ("script style noscript template title meta link xml svg canvas map button input select " +
    "textarea datalist dialog colgroup annotation pasted-style").split(" "),
);
const EMBEDDED = new Set(["iframe", "video", "audio", "object", "embed"]);
const BLOCKS = new Set(
  ("address article aside body caption center dd details div dl dt fieldset figcaption figure " +
    "footer form header hgroup li main menu nav ol p pre section summary table tbody td tfoot th " +
    "thead tr ul").split(" "),
);
const BLOCK_DISPLAY = /^(block|flow-root|list-item|flex|grid|table)/;
/** An article has a headline already, so the first level of a text is h2. */
const HEADINGS = { __proto__: null, h1: "h2", h2: "h2", h3: "h3", h4: "h3", h5: "h3", h6: "h3" };

const BOLD = new Set(["b", "strong"]);
const ITALIC = new Set(["i", "em", "cite", "dfn", "var"]);

const DELETED = /^mso-?del|track\w*del|^ice-del|suggestion-?deletion/i;
const COMMENT = /^mso-?comment(text|reference|subject)|^msocom(txt|anchor|off)/i;
const UNSEEN = /^(sr-only|visually-?hidden|screen-reader-(text|only))$/i;

/** Pages that only lead on to the address in this parameter, and tell who came by. */
const REDIRECTS = [
  [/^(www\.)?google\.[a-z.]+$/, "/url", ["q", "url"]],
  [/\.safelinks\.protection\.outlook\.com$/, "/", ["url"]],
  [/^statics\.teams\.cdn\.office\.net$/, /\/atp-safelinks\.html$/, ["url"]],
  [/^slack-redir\.net$/, "/link", ["url"]],
  [/^(www\.)?linkedin\.com$/, /^\/(redir\/redirect|safety\/go)\/?$/, ["url"]],
  [/^duckduckgo\.com$/, "/l/", ["uddg"]],
  [/^lm?\.(facebook|instagram)\.com$/, /^\/(l\.php)?$/, ["u"]],
  [/^(www\.)?youtube\.com$/, "/redirect", ["q"]],
];

/** The beginning of the names that attributes with a style or a script have while they are read. */
const INERT = "data-pasted-";
const STYLE = `${INERT}style`;
const STYLE_OR_SCRIPT = /(?<=[\s"'/])(style|on[a-z]+)(?=\s*=)/gi;
const STYLE_SHEET = /<style\b[^>]*>([^]*?)<\/style\s*>/gi;

/** The style of one element of this page, which takes a pasted style and says what it means. */
const scratch = document.createElement("span").style;

/** Return the classes of an element; Gmail and Outlook on the web begin those of others anew. */
const classesOf = (element) =>
  (element.getAttribute("class") ?? "").replace(/(?<!\S)(x_|m_-?\d+)+/g, "").split(/\s+/);
const hasClass = (element, pattern) => classesOf(element).some((name) => pattern.test(name));
const styleOf = (element) => element.getAttribute(STYLE) ?? element.getAttribute("style") ?? "";
/** Return the name of the style of a paragraph of Word Online: it is written with its words. */
const nameOfStyle = (element) =>
  (element.localName === "p" &&
    element.querySelector("[data-ccp-parastyle]")?.getAttribute("data-ccp-parastyle")) ||
  "";
const isBlank = (text) => !/[^\s\u00a0\u200b\ufeff]/.test(text);

/** Parse HTML, without its styles being styles: return a document, and its style sheets as text. */
function parse(html) {
  let css = "";
  const inert = html
    .replace(STYLE_SHEET, (_, rules) => {
      css += `${rules}\n`;
      return "";
    })
    // A style sheet that never ends, and an address for the whole page.
    .replace(/<(?=(style|base)\b)/gi, "<pasted-")
    .replace(STYLE_OR_SCRIPT, `${INERT}$1`);
  const parsed = new DOMParser().parseFromString(inert, "text/html");
  const nodes = parsed.createTreeWalker(parsed, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  while (nodes.nextNode())
    for (const part of nodes.currentNode.attributes ?? [nodes.currentNode])
      if (part.nodeValue.includes(INERT)) part.nodeValue = part.nodeValue.replaceAll(INERT, "");
  return { parsed, css };
}

/** Return what the style sheets inside the pasted HTML say of each element, as text of a style. */
function sheetStyles(parsed, css) {
  const found = new Map();
  if (!css) return found;
  const sheet = new CSSStyleSheet();
  // A browser knows nothing of Word's own word for hidden text.
  sheet.replaceSync(css.replace(/<!--|-->/g, "").replace(/mso-hide:\s*all/gi, "display:none"));
  const rules = [...sheet.cssRules]
    .filter((rule) => rule.selectorText && rule.style.length)
    .flatMap(({ selectorText, style }) =>
      selectorText.split(",").map((selector) => [selector, style.cssText]),
    )
    // As in a browser: of two rules the one with more classes in its selector comes last.
    .sort(([one], [other]) => one.split(/[.#:[]/).length - other.split(/[.#:[]/).length);
  for (const [selector, style] of rules) {
    let elements = [];
    try {
      elements = parsed.body.querySelectorAll(selector);
    } catch {
      // A selector that was divided at a comma inside of it.
    }
    for (const element of elements) found.set(element, `${found.get(element) ?? ""};${style}`);
  }
  return found;
}

/** Return Word's own definitions of lists: for “l0 level1”, whether it has numbers. */
function wordLists(css) {
  const numbered = new Map();
  for (const [, list, level, rules] of css.matchAll(/@list\s+(l\d+):level(\d+)[^{]*\{([^}]*)\}/g))
    numbered.set(`${list} ${level}`, !/mso-level-number-format:\s*(bullet|none)/.test(rules));
  return numbered;
}

const isBold = (weight) => /^bold/.test(weight) || Number(weight) >= 600;
/** Say whether a length is nothing, or one point at most, as of text that nobody is to see. */
const isTiny = (size) => Number.parseFloat(size) <= (/(px|pt)$/.test(size) ? 1 : 0);

/** Return the address of a link as it may stand in a body, or null if it leads nowhere. */
function address(href) {
  let url;
  const whole = href.trim().replace(/^\/\//, "https://");
  try {
    url = new URL(whole);
  } catch {
    return null;
  }
  for (const [host, path, names] of REDIRECTS)
    if (host.test(url.hostname) && (path === url.pathname || path.test?.(url.pathname)))
      for (const name of names) {
        const target = url.searchParams.get(name);
        if (target && /^https?:\/\//i.test(target)) return address(target);
      }
  if (url.origin === location.origin) return url.pathname + url.search + url.hash;
  return /^(https?|mailto|tel):$/.test(url.protocol) ? withoutTracking(whole) : null;
}

/** What others add to an address to know who follows it from where. */
const TRACKING =
  /^(utm_\w+|(fb|g|dc|ms|y|tw|tt)clid|gbraid|wbraid|mc_[ce]id|igshid|igsh|mkt_tok|_hsenc|_hsmi|xtor)(=|$)/i;

/** Return an address of the web without the parameters that only track; all else stays as it is. */
export function withoutTracking(href) {
  if (!/^https?:/i.test(href)) return href;
  const [, path, query, hash] = /^([^?#]*)(?:\?([^#]*))?(#.*)?$/.exec(href) ?? [];
  const kept = (query ?? "").split("&").filter((part) => part && !TRACKING.test(part));
  const rest = hash && TRACKING.test(hash.slice(1)) ? "" : (hash ?? "");
  return path === undefined ? href : path + (kept.length ? `?${kept.join("&")}` : "") + rest;
}

const ROMAN = { i: 1, v: 5, x: 10, l: 50, c: 100, d: 500, m: 1000 };

function roman(letters) {
  const values = [...letters].map((letter) => ROMAN[letter]);
  return values.reduce((sum, value, i) => sum + (value < values[i + 1] ? -value : value), 0);
}

/**
 * Return the number that the marker of an item shows (“3.”, “c)”, “iv.”), or the two that it may
 * show (“i.” is 1, but 9 after “h.”). For a bullet there is none.
 */
function markerNumbers(marker) {
  const [, digits, letters] =
    /^\(?(?:(?:\d+\.)*(\d+)|([a-z]{1,6}))\s?[.):°–-]*$/i.exec(marker.trim()) ?? [];
  if (digits) return [Number(digits)];
  // Word draws the bullet of the second level with a lone “o”.
  if (!letters || !/[.)]$/.test(marker.trim())) return [];
  const lower = letters.toLowerCase();
  const asRoman = /^([ivx]|[ivxlcdm]{2,})$/.test(lower) ? [roman(lower)] : [];
  return lower.length === 1 ? [...asRoman, lower.charCodeAt(0) - 96] : asRoman;
}

/** A letter that may stand large at the start of a text, with a quotation mark or apostrophe. */
const INITIAL = /^\s*(["«“‘]\s?)?\p{Lu}['’]?\s*$/u;

/** Letters or Roman numbers, which a list of ours shows as figures. */
const LETTERED = /list-style[^;]*(lower|upper)-(alpha|latin|roman|greek)/;
const POINTS = { pt: 1, px: 0.75, in: 72, cm: 28.35, mm: 2.835, em: 12 };

/** Return a length in points. */
function points(length) {
  const [, number, unit] = /^(-?[\d.]+)([a-z]+)$/.exec(length) ?? [];
  return (Number(number) || 0) * (POINTS[unit] ?? 0);
}

/** Word writes arrows and smileys as letters of a font: “Paris à Lyon” is “Paris → Lyon”. */
const WINGDINGS = {
  __proto__: null,
  ...{ à: "→", ß: "←", á: "↑", â: "↓", ó: "⇔", è: "➔", ç: "⬅", J: "☺", L: "☹", K: "😐" },
  ...{ ü: "✓", û: "✗", þ: "☑", "¨": "☐", Ø: "➢", "§": "▪" },
};

/** The signs that begin an item wherever a line begins with them; some need a space behind them. */
const BULLET = /^\s*([•‣◦▪●■▸►➢]|[·○](?=\s))\s*/;
/** A marker at the edge of a paragraph whose other lines begin further right. */
const PADDED = /^\s*(\S{1,6})(?:\t|\s\u00a0|\u00a0\s)\s*/;

/**
 * Return a paragraph as an item of a list if its marker is typed. Programs write their lists so for
 * others that may know none: mails from Word, slides, plain text.
 */
function typedItem(block) {
  if (block.tag !== "p" || !block.runs) return block;
  const end = block.runs.findIndex((run) => run.br);
  const line = block.runs.slice(0, end < 0 ? undefined : end);
  const text = line.map((run) => run.text).join("");
  const padded = block.hangs && PADDED.exec(text);
  const numbers = padded ? markerNumbers(padded[1]) : [];
  const isPadded = numbers.length || (padded && /^[o§Øüvà✓→*–-]$/.test(padded[1]));
  const [marker] = (isPadded ? padded : BULLET.exec(text)) ?? [];
  if (!marker || !/[\p{L}\p{N}]/u.test(text.slice(marker.length))) return block;
  return {
    item: true,
    level: Math.max(1, Math.round((block.indent ?? 0) / 36)),
    isOrdered: numbers.length > 0,
    isLettered: numbers.length > 0 && !/\d/.test(marker),
    numbers,
    list: "typed",
    blocks: split({ ...block, runs: without(marker, block.runs) }),
  };
}

/** Return the runs of a line without the marker that it begins with. */
function without(marker, runs) {
  let left = marker.length;
  return runs.map((run) => {
    const cut = Math.min(left, run.text?.length ?? 0);
    left -= cut;
    return cut ? { ...run, text: run.text.slice(cut) } : run;
  });
}

/** Return the address of a picture; a page that loads it late has it elsewhere. */
function addressOf(image) {
  const { src = "", lazySrc, original } = image.dataset;
  const sets = [image, ...(image.closest("picture")?.querySelectorAll("source") ?? [])];
  const firsts = sets.map((set) => (set.srcset || set.dataset.srcset || "").trim().split(/\s/)[0]);
  const written = image.getAttribute("src") ?? "";
  const found = [written, src, lazySrc, original, ...firsts].find((each) =>
    /^(https?:)?\/\//i.test(each),
  );
  return (found ?? written).replace(/^\/\//, "https://").replace(/,$/, "");
}

/** Say whether words are struck out, and not by a program that keeps track of changes. */
const isStruck = (element, style) =>
  ["s", "strike"].includes(element.localName) ||
  // What is done on a list of things to do is struck out as well.
  (style.textDecorationLine.includes("line-through") && !element.closest("[role=checkbox]"));

class Reader {
  constructor(parsed, css, keepsStruck) {
    this.keepsStruck = keepsStruck;
    this.sheets = sheetStyles(parsed, css);
    this.numbered = wordLists(css);
    this.pictures = [];
    this.leftOut = { comments: 0, deletions: 0, hidden: 0, embeds: 0 };
    this.commentMarks = 0;
    // Word's open fields: true while the code of one is read, and false once it is its result.
    this.fields = [];
    /** The elements of notes, by the links that stand for them: see `takeNotes`. */
    this.notes = new Map();
    // Why the words just before were left out, so that two parts of one passage are counted once.
    this.lastReason = undefined;
  }

  // --- What stays out ---------------------------------------------------------------------------

  /** Say why an element stays out: the name of a count, "silent", or undefined if it stays. */
  reason(element, style) {
    const name = element.localName;
    const written = styleOf(element);
    const role = element.getAttribute("role");
    if (SILENT.has(name) || hasClass(element, /^mw-editsection$/)) return "silent";
    if (EMBEDDED.has(name)) return "embeds";
    if (
      (!this.keepsStruck && isStruck(element, style)) ||
      name === "del" ||
      role === "deletion" ||
      hasClass(element, DELETED) ||
      /mso-(del|movefrom)/i.test(written)
    )
      return "deletions";
    if (
      role === "comment" ||
      hasClass(element, COMMENT) ||
      /mso-(element|special-character):\s*comment/i.test(written) ||
      /^#(cmnt\d|_mso(com|anchor)_)/.test(element.getAttribute("href") ?? "") ||
      (name === "div" && element.querySelector(":scope > p a[href^='#cmnt_ref']")) ||
      (name === "p" && element.querySelector("a[href^='#cmnt_ref'], a[href^='#_msoanchor_']"))
    )
      return "comments";
    if (
      style.display === "none" ||
      style.opacity === "0" ||
      style.contentVisibility === "hidden" ||
      /scale[XY]?\(0[,)]/.test(style.transform) ||
      (/hidden|clip/.test(style.overflow) && (isTiny(style.height) || isTiny(style.maxHeight))) ||
      points(style.textIndent) < -500 ||
      element.hasAttribute("hidden") ||
      /mso-hide:\s*all/i.test(written) ||
      style.color === "transparent" ||
      hasClass(element, UNSEEN) ||
      (/absolute|fixed/.test(style.position) &&
        (/rect\(0|rect\(1px/.test(style.clip) ||
          /inset\((50|100)%/.test(style.clipPath) ||
          (isTiny(style.width) && isTiny(style.height)) ||
          /^-\d{3,}/.test(style.left) ||
          /^-\d{3,}/.test(style.top)))
    )
      return "hidden";
    return undefined;
  }

  leaveOut(element, reason) {
    if (reason === "silent") return;
    if (reason === "embeds") this.leftOut.embeds += 1;
    else if (reason === "comments") {
      // A comment has a mark in the text and words of its own; either of them may not be there.
      const words = element.querySelectorAll(`[${STYLE}*='mso-element:comment']`);
      const own = [...words].filter((word) => !/comment-list/.test(styleOf(word))).length;
      if (own) this.leftOut.comments += own;
      else if (
        /anchor|reference/i.test(element.className) ||
        /special-character/i.test(styleOf(element)) ||
        element.localName === "a"
      )
        // The link from a comment back into the text is no mark.
        this.commentMarks += /^#_msoanchor/.test(element.getAttribute("href") ?? "") ? 0 : 1;
      else if (!isBlank(element.textContent)) this.leftOut.comments += 1;
    } else if (!isBlank(element.textContent)) this.count(reason);
  }

  count(reason) {
    if (this.lastReason !== reason) this.leftOut[reason] += 1;
    this.lastReason = reason;
  }

  // --- Reading ----------------------------------------------------------------------------------

  /** Read all that stands inside `parent` into `flow`; `marks` are those of its text. */
  children(parent, marks, flow) {
    for (const child of parent.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) this.text(child.data, marks, flow);
      else if (child.nodeType === Node.ELEMENT_NODE) this.element(child, marks, flow);
    }
  }

  text(written, marks, flow) {
    let data = written.replace(/[\u200b\ufeff]/g, "");
    if (marks.signs) data = data.replace(/\S/gu, (letter) => WINGDINGS[letter] ?? letter);
    if (this.fields.includes(true)) return;
    if (marks.hidden || marks.tiny) {
      if (!isBlank(data)) this.count("hidden");
      return;
    }
    this.lastReason = undefined;
    const lines = marks.pre ? data.split(/\r\n?|\n/) : [data.replace(/[ \t\r\n\f]+/g, " ")];
    lines.forEach((line, i) => {
      if (i) flow.add({ br: true });
      if (line) flow.add({ text: line, marks });
    });
  }

  element(element, marks, flow) {
    const name = element.localName;
    const written = styleOf(element);
    scratch.cssText = `${this.sheets.get(element) ?? ""};${written}`;
    const reason = this.reason(element, scratch);
    if (reason) return this.leaveOut(element, reason);

    const field = /mso-element:\s*field-(begin|separator|end)/.exec(written)?.[1];
    if (field === "begin") this.fields.push(true);
    else if (field === "separator" && this.fields.length) this.fields.splice(-1, 1, false);
    else if (field === "end") this.fields.pop();

    const display = scratch.display;
    // Where it stands, if it is an item of a list that only looks like one.
    const { marginLeft, textIndent } = scratch;
    const place = { indent: points(marginLeft), hangs: points(textIndent) < 0 };
    place.isInitial =
      /mso-element:\s*dropcap/.test(written) ||
      (/left|start/.test(scratch.cssFloat) && INITIAL.test(element.textContent));

    const isNamedSo = BLOCKS.has(name) && !/^inline/.test(display);
    const isBlock = isNamedSo || BLOCK_DISPLAY.test(display) || name in HEADINGS;
    marks = this.marksOf(element, marks, isBlock);
    if (isBlock) this.lastReason = undefined;

    if (name === "br") return flow.add({ br: true });
    if (name === "hr") return flow.rule();
    if (name === "img") return this.picture(element, flow);
    if (name === "figure") return this.figure(element, marks, flow);
    if (name === "table") return this.table(element, marks, flow);
    if (name === "ul" || name === "ol") return this.list(element, marks, flow);

    if (name === "q") {
      // A browser draws these; those of the article's language are set where it is shown.
      flow.add({ text: '"', marks });
      this.children(element, marks, flow);
      return flow.add({ text: '"', marks });
    }

    const heading = this.headingOf(element);
    if (heading) {
      const even = { ...marks, even: true };
      return flow.block(heading, () => this.children(element, even, flow));
    }
    if (name === "li" || element.getAttribute("role") === "listitem")
      return this.item(element, this.itemFacts(element), marks, flow);
    const word = this.wordItem(element);
    if (word) return this.item(element, word, marks, flow);
    if (this.isQuotation(element)) return this.quotation(element, marks, flow);
    if (name === "a" || isOfNote(element, styleOf)) return this.link(element, marks, flow);
    if (isBlock) {
      const follows = /^MsoListParagraph|^MsoListContinue/;
      const isRest = name === "p" && hasClass(element, follows) && !/mso-list:\s*l/i.test(written);
      return flow.block(null, () => this.children(element, marks, flow), isRest, place);
    }
    return this.children(element, marks, flow);
  }

  /** Return the marks of the text inside an element, whose style is in `scratch`. */
  marksOf(element, marks, isBlock) {
    const name = element.localName;
    const next = { ...marks };
    if (BOLD.has(name)) next.bold = true;
    if (ITALIC.has(name)) next.italic = true;
    // How all paragraphs of one style look is no emphasis, so for a block its own style counts.
    let { visibility, fontSize, fontFamily, verticalAlign } = scratch;
    const space = `${scratch.whiteSpace} ${scratch.whiteSpaceCollapse ?? ""}`;
    if (isBlock) scratch.cssText = styleOf(element);
    const { fontWeight, fontStyle } = scratch;
    if (fontWeight && fontWeight !== "inherit") next.bold = isBold(fontWeight);
    if (fontStyle && fontStyle !== "inherit") next.italic = /italic|oblique/.test(fontStyle);
    if (name === "sup" || /^(super|text-top)$/.test(verticalAlign)) next.script = "sup";
    if (name === "sub" || verticalAlign === "sub") next.script = "sub";
    if (this.keepsStruck && isStruck(element, scratch)) next.struck = true;
    if (fontFamily) next.signs = /wingdings/i.test(fontFamily);
    if (visibility) next.hidden = /hidden|collapse/.test(visibility);
    if (fontSize) next.tiny = isTiny(fontSize);
    if (name === "pre" || name === "plaintext" || /pre|break-spaces/.test(space)) next.pre = true;
    else if (/normal|nowrap|collapse/.test(space)) next.pre = false;
    return next;
  }

  headingOf(element) {
    const named = HEADINGS[element.localName];
    if (named) return named;
    const style = nameOfStyle(element);
    if (hasClass(element, /^MsoTitle$/) || style === "Title") return "h2";
    const level =
      element.getAttribute("role") === "heading"
        ? element.getAttribute("aria-level") || "2"
        : /mso-outline-level:\s*(\d)/.exec(styleOf(element))?.[1] ??
          /^heading (\d)$/.exec(style)?.[1];
    return level && element.localName !== "span" ? HEADINGS[`h${level}`] : undefined;
  }

  isQuotation(element) {
    if (hasClass(element, /^Mso(Intense)?Quote/)) return true;
    if (/^(Intense )?Quote$/.test(nameOfStyle(element))) return true;
    // Gmail indents with a quotation that has no line beside it.
    return element.localName === "blockquote" && !/border:\s*(none|0)/.test(styleOf(element));
  }

  quotation(element, marks, flow) {
    const even = element.localName !== "blockquote";
    const inner = new Flow();
    this.children(element, { ...marks, upright: even }, inner);
    flow.nest("blockquote", inner.finish(), even);
  }

  link(element, marks, flow) {
    const href = element.getAttribute("href");
    if (!isOfNote(element, styleOf)) {
      const to = href && address(href);
      return this.children(element, to ? { ...marks, href: to } : marks, flow);
    }
    const figure = numberOfNote(element);
    if (!figure || marks.hidden || marks.tiny) return;
    const note = this.notes.get(element);
    const words = note ? this.noteRuns(note, figure) : [];
    // It is as one letter of the line.
    if (words.length) return flow.add({ text: OBJECT, marks: {}, footnote: words });
    const opens = flow.isAtStart;
    flow.add({ text: figure, marks: { script: "sup" }, note: opens });
    if (opens) flow.add({ text: " ", marks: {} });
  }

  /** Return the words of a note as runs in one line; nothing is left of notes inside of it. */
  noteRuns(note, figure) {
    const inner = new Flow();
    this.children(note, {}, inner);
    const lines = linesOf(inner.finish()).map((runs) => runs.filter((run) => !run.footnote));
    const runs = lines.flatMap((line, i) => (i ? [{ br: true }, ...line] : line));
    const begin = runs.findIndex((run) => run.br);
    const text = runs.slice(0, begin < 0 ? undefined : begin).map((run) => run.text).join("");
    const [marker] = ownNumber(figure).exec(text);
    return tidied(without(marker, runs).filter((run) => run.br || run.text));
  }

  // --- Pictures ---------------------------------------------------------------------------------

  picture(image, flow) {
    const file = image.dataset.file;
    const alt = image.getAttribute("alt") ?? "";
    const src = addressOf(image);
    if (/^\d+$/.test(file ?? "")) {
      const own = document.createElement("img");
      own.setAttribute("src", src);
      own.setAttribute("alt", alt);
      own.setAttribute("data-file", file);
      return flow.push({ tag: "figure", picture: own });
    }
    // Flags and keycaps are made of signs that are no pictures by themselves.
    if (/^(?=.*\P{ASCII})[\p{Emoji}\p{Emoji_Component}]+$/u.test(alt))
      return flow.add({ text: alt, marks: {} });
    scratch.cssText = styleOf(image);
    const isDot = ["width", "height"].some(
      (side) => /^[0-3](px)?$/.test(image.getAttribute(side) ?? "") || isTiny(scratch[side]),
    );
    if (!src || isDot || image.closest("[role=checkbox]")) return;
    this.pictures.push({ src, alt, caption: "" });
  }

  figure(element, marks, flow) {
    const caption = element.querySelector("figcaption");
    const pictures = [...element.querySelectorAll("img")];
    const own = pictures.some((image) => /^\d+$/.test(image.dataset.file ?? ""));
    const seen = this.pictures.length;
    if (element.querySelector("table, blockquote, pre, p, ul, ol"))
      return flow.block(null, () => this.children(element, marks, flow));
    const embedded = element.querySelector([...EMBEDDED].join());
    if (embedded && !pictures.length) return this.leaveOut(embedded, "embeds");
    if (!pictures.length) return flow.block(null, () => this.children(element, marks, flow));
    for (const image of pictures) this.picture(image, flow);
    // The words below a picture make no sense without it.
    if (own && caption) flow.caption(this.runs(caption));
    for (const picture of this.pictures.slice(seen))
      picture.caption = caption?.textContent.trim() ?? "";
  }

  runs(element) {
    const inner = new Flow();
    this.children(element, {}, inner);
    return inner.finish().flatMap((block) => block.runs ?? []);
  }

  // --- Tables -----------------------------------------------------------------------------------

  table(table, marks, flow) {
    const rows = [...table.rows];
    const cells = rows.flatMap((row) => [...row.cells]);
    // Newsletters put tables into tables to set out a page; Word means both.
    const isLayout =
      /^(presentation|none)$/.test(table.getAttribute("role") ?? "") ||
      (table.querySelector("table") && !hasClass(table, /^Mso/));
    // A table inside a table would be no table for a reader.
    if (isLayout || cells.length < 2 || marks.inTable) {
      for (const part of [table.caption, ...cells].filter(Boolean)) this.element(part, marks, flow);
      return;
    }
    if (table.caption) this.element(table.caption, marks, flow);
    const all = [];
    for (const row of rows) {
      scratch.cssText = `${this.sheets.get(row) ?? ""};${styleOf(row)}`;
      const reason = this.reason(row, scratch);
      if (reason) {
        this.leaveOut(row, reason);
        continue;
      }
      const isHead = row.closest("thead") !== null || /yfti-irow:\s*-1/.test(styleOf(row));
      const made = [...row.cells].flatMap((cell) => this.cell(cell, isHead, marks) ?? []);
      const isEmptied = made.every((cell) => cell.blocks.every(isEmpty));
      // Word's last row only says how wide the columns are; of others all words stay out.
      const saysNothing = row.getAttribute("height") === "0" || !isBlank(row.textContent);
      if (!isEmptied || !saysNothing) all.push(made);
    }
    if (!all.some((row) => row.some((cell) => cell.tag === "th"))) markHeader(all);
    const filled = all.filter((row) => row.length);
    if (!filled.length) return;
    makeRectangle(filled);
    flow.push({ tag: "table", rows: filled });
  }

  cell(cell, isHead, marks) {
    scratch.cssText = `${this.sheets.get(cell) ?? ""};${styleOf(cell)}`;
    const reason = this.reason(cell, scratch);
    if (reason) this.leaveOut(cell, reason);
    // A column may be hidden. Where only the words went, the cells beside them stay where they are.
    if (reason === "hidden") return undefined;
    const tag = isHead || cell.localName === "th" ? "th" : "td";
    const own = this.marksOf(cell, marks, false);
    const inner = new Flow();
    if (!reason) this.children(cell, { ...own, inTable: true, even: tag === "th" }, inner);
    const blocks = inner.finish();
    const spans = ["colspan", "rowspan"].flatMap((name) => {
      const span = Number(cell.getAttribute(name));
      return span > 1 && span < 1000 ? [[name, span]] : [];
    });
    return [{ tag, spans, blocks: blocks.length ? blocks : [paragraph()] }];
  }

  // --- Lists ------------------------------------------------------------------------------------

  list(element, marks, flow) {
    flow.open = null;
    flow.depth += 1;
    this.children(element, marks, flow);
    flow.depth -= 1;
    flow.open = null;
  }

  /** Return the facts of an item that is one in HTML, too, or for a screen reader. */
  itemFacts(element) {
    const list = element.closest("ul, ol");
    const said = element.getAttribute("data-aria-level") ?? element.getAttribute("aria-level");
    // Slack writes each level as a list of its own.
    const indent = list?.dataset.indent;
    const level = Number(said) || (indent ? Number(indent) + 1 : undefined);
    const format = element.getAttribute("data-leveltext");
    const place = element.getAttribute("data-aria-posinset");
    const isFirst = !list || list.querySelector("li") === element;
    const isOrdered = format ? format.includes("%") : list?.localName === "ol";
    let number = Number(element.getAttribute("value")) || undefined;
    if (place) number = Number(place);
    else if (isFirst && list?.hasAttribute("start")) number = Number(list.getAttribute("start"));
    else if (isFirst && !level) number = number ?? 1;
    const numbers = number === undefined ? [] : [number];
    const isLettered =
      /^[ai]$/i.test(list?.type ?? "") ||
      [element, list].some((each) => each && LETTERED.test(this.sheets.get(each) + styleOf(each)));
    return { level, isOrdered, isLettered, numbers, list: level ? "said" : list };
  }

  /** Return the facts of a paragraph that Word shows as an item of a list, or undefined. */
  wordItem(element) {
    const written = styleOf(element);
    if (!/^(p|div)$/.test(element.localName) || /mso-list:\s*(none|skip)/i.test(written)) return;
    const [, list, level, use] = /mso-list:\s*(l\d+)\s+level(\d+)\s*(lfo\d+)?/i.exec(written) ?? [];
    const [, kind, depth] =
      /(?:^|\s)MsoList(Bullet|Number)(\d)?(?:CxSp\w+)?(?:\s|$)/.exec(
        classesOf(element).join(" "),
      ) ?? [];
    if (!list && !kind) return;
    const shown = [...element.querySelectorAll(`[${STYLE}]`)].find((part) =>
      /mso-list:\s*ignore/i.test(styleOf(part)),
    );
    const marker = shown?.textContent ?? "";
    const numbers = markerNumbers(marker);
    // “Article 1.” says more than a list of ours would.
    if (!numbers.length && /\d|\p{L}{2}/u.test(marker)) return;
    shown?.remove();
    const known = kind ? kind === "Number" : this.numbered.get(`${list} ${level}`);
    return {
      level: Number(level ?? depth ?? 1),
      isOrdered: shown ? numbers.length > 0 : known ?? false,
      isLettered: numbers.length > 0 && !/\d/.test(marker),
      numbers,
      list: `${list} ${use}`,
    };
  }

  item(element, facts, marks, flow) {
    const inner = new Flow();
    inner.isInItem = true;
    this.children(element, marks, inner);
    const blocks = inner.finish();
    const level = facts.level ?? flow.depth;
    const [first] = blocks;
    if (first?.runs) {
      const [marker] = BULLET.exec(first.runs[0].text ?? "") ?? [];
      if (marker) first.runs = without(marker, first.runs);
      flow.push({ ...facts, item: true, level, blocks });
    }
    // An item that holds nothing but a list is that list, one level deeper than the item before.
    else if (blocks.every((block) => block.items))
      for (const block of blocks) for (const inner of itemsOf(block, level + 1)) flow.push(inner);
    // Our items begin with words.
    else for (const block of blocks) flow.push(block);
  }
}

/** Return the items of a list as they were before they were gathered. */
function itemsOf(list, level) {
  const { tag, items, start, isLettered } = list;
  const facts = { item: true, level, isOrdered: tag === "ol", isLettered, list };
  return items.map((blocks, i) => ({ ...facts, numbers: [start + i], blocks }));
}

/** Make the rows of a table equally long: the editor would put what is missing before the rest. */
function makeRectangle(rows) {
  const taken = rows.map(() => []);
  const placed = [];
  let width = 0;
  rows.forEach((row, y) => {
    let x = 0;
    for (const cell of row) {
      while (taken[y][x]) x += 1;
      const { colspan = 1, rowspan = 1 } = Object.fromEntries(cell.spans);
      for (const line of taken.slice(y, y + rowspan))
        for (let i = x; i < x + colspan; i += 1) line[i] = true;
      placed.push([cell, { colspan: x, rowspan: y }]);
      width = Math.max(width, x + 1);
    }
  });
  // A cell may say that it is wider than the table.
  const size = { colspan: width, rowspan: rows.length };
  for (const [cell, place] of placed)
    cell.spans = cell.spans.map(([name, span]) => [name, Math.min(span, size[name] - place[name])]);
  rows.forEach((row, y) => {
    const { tag } = row[0];
    for (let x = 0; x < width; x += 1)
      if (!taken[y][x]) row.push({ tag, spans: [], blocks: [paragraph()] });
  });
}

/** Make the first row of a table its header, if it alone is bold. */
function markHeader(rows) {
  const bold = (cell) => {
    const runs = cell.blocks.flatMap((block) => block.runs ?? []).filter((run) => run.text?.trim());
    return runs.length > 0 && runs.every((run) => run.marks.bold);
  };
  const [first, ...others] = rows;
  if (!others.length || !first.length || !first.every(bold)) return;
  if (others.some((row) => row.length && row.every(bold))) return;
  for (const cell of first) {
    cell.tag = "th";
    for (const block of cell.blocks)
      for (const run of block.runs ?? []) if (run.marks) run.marks = { ...run.marks, bold: false };
  }
}

const paragraph = (tag = "p") => ({ tag, runs: [] });

/** The blocks that are being made, one after another. */
class Flow {
  constructor() {
    this.blocks = [];
    this.open = null;
    this.tag = "p";
    this.place = {};
    this.depth = 0;
  }

  get isAtStart() {
    return !this.open?.runs.some((run) => !isBlank(run.text ?? ""));
  }

  add(run) {
    if (!this.open) this.push((this.open = { ...paragraph(this.tag), ...this.place }), true);
    this.open.runs.push(run);
  }

  push(block, isOpen = false) {
    if (!isOpen) this.open = null;
    this.blocks.push(block);
  }

  rule() {
    this.push({ tag: "hr" });
  }

  /** Read a block; with `isRest`, what it holds goes on with the item of a list before it. */
  block(tag, read, isRest = false, place = {}) {
    const outer = [this.tag, this.place];
    this.open = null;
    if (tag) this.tag = tag;
    this.place = place;
    const before = this.blocks.length;
    const item = isRest ? this.blocks.findLast((block) => !isEmpty(block)) : undefined;
    read();
    const rest = item?.item ? this.blocks.splice(before).flatMap(divided) : [];
    if (rest.some((block) => block.item)) this.blocks.push(...rest);
    else item?.blocks?.push(...rest);
    [this.tag, this.place] = outer;
    this.open = null;
  }

  nest(tag, blocks, joins) {
    const last = this.blocks.findLast((block) => !isEmpty(block));
    if (joins && last?.joins && last.tag === tag) last.blocks.push(...blocks);
    else if (blocks.length) this.push({ tag, blocks, joins });
    this.open = null;
  }

  caption(runs) {
    const last = this.blocks.at(-1);
    if (last?.tag === "figure") last.caption = runs;
  }

  /** Return the blocks that have something in them, with the items in their lists. */
  finish() {
    const blocks = this.blocks.flatMap(this.isInItem ? split : divided);
    // A large initial stands in a frame of its own before its paragraph.
    blocks.forEach((block, i) => {
      const next = blocks[i + 1];
      if (block.isInitial && next?.runs) next.runs = [...block.runs, ...next.runs];
      else delete block.isInitial;
    });
    const kept = blocks.filter(
      // A line above the notes of a text divides nothing any more.
      (block, i) =>
        !block.isInitial && !(block.tag === "hr" && blocks[i + 1]?.runs?.[0]?.note),
    );
    return gathered(kept);
  }
}

/** Return the runs of each line of some blocks, also of those inside of lists and tables. */
const linesOf = (blocks) =>
  blocks.flatMap(({ runs, blocks = [], items = [], rows = [] }) =>
    runs
      ? [runs]
      : linesOf([...blocks, ...items.flat(), ...rows.flat().flatMap((cell) => cell.blocks)]),
  );

const isEmpty = (block) => block.runs?.every((run) => run.br || isBlank(run.text)) ?? false;

/** Return a paragraph divided before each line that begins with a bullet. */
function lines(block) {
  if (block.tag !== "p" || !block.runs) return [block];
  const parts = [[]];
  block.runs.forEach((run, i, runs) => {
    if (runs[i - 1]?.br && BULLET.test(run.text ?? "")) parts.push([]);
    parts.at(-1).push(run);
  });
  return parts.map((runs) => ({ ...block, runs }));
}

/** Return the paragraphs and items that a paragraph holds. */
const divided = (block) => lines(block).map(typedItem).flatMap(split);

/** Return the paragraphs that a paragraph holds, divided where it has an empty line. */
function split(block) {
  if (!block.runs) return [block];
  const parts = [[]];
  let breaks = 0;
  for (const run of block.runs) {
    if (run.br) breaks += 1;
    else if (breaks && isBlank(run.text)) continue;
    else {
      if (breaks > 1) parts.push([]);
      else if (breaks) parts.at(-1).push({ br: true });
      breaks = 0;
      parts.at(-1).push(run);
    }
  }
  return parts
    .map((runs) => ({ ...block, runs: tidied(runs) }))
    .filter((part) => !isEmpty(part));
}

/** Return the runs of one paragraph without the spaces that nobody sees. */
function tidied(runs) {
  const out = [];
  let isAfterSpace = true;
  const trim = () => {
    while (out.length && !out.at(-1).br) {
      const text = out.at(-1).text.replace(/[ \u00a0]+$/, "");
      if (text) return out.splice(-1, 1, { ...out.at(-1), text });
      out.pop();
    }
  };
  for (const run of runs) {
    if (run.br) {
      trim();
      if (out.length) out.push(run);
      isAfterSpace = true;
      continue;
    }
    // One space that holds stays: French has it before a colon. More of them only make a gap.
    let text = run.text.replace(/[ \u00a0]{2,}/g, " ");
    if (isAfterSpace) text = text.replace(/^[ \u00a0]/, "");
    if (!text) continue;
    isAfterSpace = /[ \u00a0]$/.test(text);
    out.push({ ...run, text });
  }
  trim();
  while (out.at(-1)?.br) out.pop();
  return out.map((run, i) => (run.text && isBlank(run.text) ? plainSpace(run, i, out) : run));
}

/** Return a space between two words: it is bold or part of a link only if both of them are. */
function plainSpace(run, i, runs) {
  const [before, after] = [runs[i - 1]?.marks ?? {}, runs[i + 1]?.marks ?? {}];
  const shared = Object.entries(before).filter(([name, value]) => after[name] === value);
  return { ...run, marks: Object.fromEntries(shared) };
}

/** Return the blocks with the items that follow one another as lists inside lists. */
function gathered(blocks) {
  const out = [];
  let stack = [];
  for (const block of blocks) {
    if (!block.item) {
      stack = [];
      out.push(block);
      continue;
    }
    const { level, isOrdered, isLettered, numbers, list } = block;
    while (stack.length > 1 && stack.at(-1).level > level && stack.at(-2).level >= level)
      stack.pop();
    let top = stack.at(-1);
    if (top?.level > level) top.level = level;
    const goesOn =
      top?.level === level &&
      top.isOrdered === isOrdered &&
      (isOrdered ? !numbers.length || numbers.includes(top.next) : list === top.source);
    if (!goesOn) {
      if (top?.level === level) stack.pop();
      const made = { tag: isOrdered ? "ol" : "ul", items: [], start: numbers[0] ?? 1, isLettered };
      const into = stack.at(-1)?.items.at(-1) ?? out;
      into.push(made);
      top = { level, isOrdered, items: made.items, next: made.start, source: list };
      stack.push(top);
    }
    top.next += 1;
    top.items.push([...block.blocks]);
  }
  return out;
}

// --- Writing ------------------------------------------------------------------------------------

function make(tag, ...children) {
  const element = document.createElement(tag);
  element.append(...children);
  return element;
}

function written(block) {
  const { tag } = block;
  if (block.picture) {
    const caption = block.caption?.length ? [make("figcaption", ...inline(block.caption))] : [];
    return make("figure", block.picture, ...caption);
  }
  if (block.rows) {
    const rows = block.rows.map((row) =>
      make(
        "tr",
        ...row.map((cell) => {
          const made = make(cell.tag, ...cell.blocks.map(written));
          for (const [name, span] of cell.spans) made.setAttribute(name, span);
          return made;
        }),
      ),
    );
    return make("table", make("tbody", ...rows));
  }
  if (block.items) {
    const list = make(tag, ...block.items.map((blocks) => make("li", ...blocks.map(inItem))));
    if (tag === "ol" && block.start !== 1) list.setAttribute("start", block.start);
    if (tag === "ol" && block.isLettered) list.setAttribute("type", "a");
    return list;
  }
  if (block.blocks) return make(tag, ...block.blocks.map(written));
  return make(tag, ...inline(block.runs ?? []));
}

/** An item of a list holds no heading. */
const inItem = (block) => written(HEADINGS[block.tag] ? { ...block, tag: "p" } : block);

function inline(runs) {
  return runs.map(({ br, text, marks, footnote }) => {
    if (br) return make("br");
    if (footnote) return make("foot-note", ...inline(footnote));
    let node = document.createTextNode(text);
    if (marks.script) node = make(marks.script, node);
    if (marks.struck) node = make("s", node);
    if (marks.italic && !marks.upright) node = make("em", node);
    if (marks.bold && !marks.even) node = make("strong", node);
    if (marks.href) {
      node = make("a", node);
      node.setAttribute("href", marks.href);
    }
    return node;
  });
}

// --- The two ways in ----------------------------------------------------------------------------

/** What the editor itself writes to the clipboard. */
const OWN = new Set(
  ("p h2 h3 strong em s sub sup foot-note a br hr ul ol li blockquote figure figcaption img table tbody thead " +
    "tr td th").split(" "),
);
const OWN_ATTRIBUTES = new Set(
  ("data-pm-slice href src alt width height data-file data-type type start colspan rowspan scope " +
    "class target rel").split(" "),
);

/** Say whether the HTML was copied out of an editor like this one, which notes where it was cut. */
function isOwn(parsed) {
  if (!parsed.querySelector("[data-pm-slice]")) return false;
  return [...parsed.body.querySelectorAll("*")].every(
    (element) =>
      OWN.has(element.localName) &&
      [...element.attributes].every(({ name }) => OWN_ATTRIBUTES.has(name)) &&
      // A picture that was copied alone gets a figure.
      (element.localName !== "img" ||
        (/^\d+$/.test(element.dataset.file ?? "") && element.closest("figure"))),
  );
}

/** Return pasted HTML as a body may hold it, and what was left out of it. */
export function cleaned(html, { keepsStruck = false } = {}) {
  const { parsed, css } = parse(html);
  const nothing = { comments: 0, deletions: 0, hidden: 0, embeds: 0, pictures: 0, letters: 0 };
  if (isOwn(parsed)) return { html: parsed.body.innerHTML, leftOut: nothing, pictures: [] };
  const reader = new Reader(parsed, css, keepsStruck);
  reader.notes = takeNotes(parsed, styleOf);
  const flow = new Flow();
  reader.children(parsed.body, {}, flow);
  const { leftOut, pictures, commentMarks } = reader;
  leftOut.comments = Math.max(leftOut.comments, commentMarks);
  leftOut.pictures = pictures.length;
  const body = make("div", ...flow.finish().map(written));
  const lettered = body.querySelectorAll("ol[type]");
  leftOut.letters = lettered.length;
  for (const list of lettered) list.removeAttribute("type");
  return { html: body.innerHTML, leftOut, pictures };
}

/**
 * Return pasted plain text as HTML: an empty line, or else each line end, begins a paragraph. Lines
 * with bullets are a list, unless `isPlain`.
 */
export function paragraphs(text, isPlain) {
  const whole = text.replace(/\r\n?|\u2028/g, "\n");
  const lines = whole.trim();
  // Words from the middle of a line keep the spaces around them.
  if (!lines.includes("\n") && !BULLET.test(lines))
    return make("div", make("p", whole.replaceAll("\n", "")));
  const hasEmptyLines = /\n[ \t\u00a0]*\n/.test(lines);
  const parts = lines.split(hasEmptyLines ? /\n(?:[ \t\u00a0]*\n)+/ : "\n");
  const flow = new Flow();
  for (const part of parts.filter((each) => !isBlank(each)))
    flow.block(null, () =>
      part.split("\n").forEach((line, i) => {
        if (i) flow.add({ br: true });
        flow.add({ text: line.trim(), marks: {} });
      }),
    );
  return make("div", ...(isPlain ? flow.blocks : flow.finish()).map(written));
}
