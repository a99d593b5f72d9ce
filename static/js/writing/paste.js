// What is pasted into a body, as a body may hold it: paragraphs, two levels of headings, lists,
// quotations, tables, links, emphasis. Word's deletions and comments and all hidden text stay out.
//
// The policy of the admin makes Chromium drop the styles of HTML that a script parses, and report
// each of them, so ProseMirror would see none. So the attributes that the policy is about get
// another name before anything is parsed. A script may set the style of an element of this page:
// there each is read.
// Nothing of the pasted HTML is kept: its words are read one run after another, and blocks are made
// of them anew.

/** Elements whose content is never text of an article. */
const SILENT = new Set(
  ("script style noscript template title meta link xml svg canvas map button input select " +
    "textarea datalist dialog colgroup").split(" "),
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
const NOTE_CLASS = /^Mso(Foot|End)noteReference$|^sd(foot|end)note(anc|sym)$/;
const NOTE_TARGET =
  /^_*(ftn|edn|sdfootnote|sdendnote|fn|footnote|endnote|note|cite[_-](note|ref)|user-content-fn)/i;
const BACK_TO_TEXT = /^[\s↩↑^⤴←\ufe0e\ufe0f]*$/u;

/** Pages that only lead on to the address in this parameter, and tell who came by. */
const REDIRECTS = [
  [/^(www\.)?google\.[a-z.]+$/, "/url", ["q", "url"]],
  [/\.safelinks\.protection\.outlook\.com$/, "/", ["url"]],
  [/^lm?\.(facebook|instagram)\.com$/, "/", ["u"]],
  [/^(www\.)?youtube\.com$/, "/redirect", ["q"]],
];

/** The name that an attribute `style` of the pasted HTML has while it is read. */
const STYLE = "data-pasted-style";
const TAG = /<[a-z][^>"']*(?:(?:"[^"]*"|'[^']*')[^>"']*)*>/gi;
const STYLE_SHEET = /<style\b[^>]*>([^]*?)<\/style\s*>/gi;

/** The style of one element of this page, which takes a pasted style and says what it means. */
const scratch = document.createElement("span").style;

const classesOf = (element) => (element.getAttribute("class") ?? "").split(/\s+/);
const hasClass = (element, pattern) => classesOf(element).some((name) => pattern.test(name));
const styleOf = (element) => element.getAttribute(STYLE) ?? element.getAttribute("style") ?? "";
const isBlank = (text) => !/[^\s\u00a0\u200b\ufeff]/.test(text);

/** Parse HTML, without its styles being styles: return a document, and its style sheets as text. */
function parse(html) {
  let css = "";
  const inert = html
    .replace(STYLE_SHEET, (_, rules) => {
      css += `${rules}\n`;
      return "";
    })
    .replace(TAG, (tag) => tag.replace(/([\s"'/])(style|on[a-z]+)(\s*=)/gi, "$1data-pasted-$2$3"));
  return { parsed: new DOMParser().parseFromString(inert, "text/html"), css };
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
  try {
    url = new URL(href.trim());
  } catch {
    return null;
  }
  for (const [host, path, names] of REDIRECTS)
    if (host.test(url.hostname) && url.pathname === path)
      for (const name of names) {
        const target = url.searchParams.get(name);
        if (target && /^https?:\/\//i.test(target)) return address(target);
      }
  if (url.origin === location.origin) return url.pathname + url.search + url.hash;
  return /^(https?|mailto|tel):$/.test(url.protocol) ? href.trim() : null;
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
    /^\(?(?:(?:\d+\.)*(\d+)|([a-z]{1,6}))[.):°]?$/i.exec(marker.trim()) ?? [];
  if (digits) return [Number(digits)];
  // Word draws the bullet of the second level with a lone “o”.
  if (!letters || !/[.)]$/.test(marker.trim())) return [];
  const lower = letters.toLowerCase();
  const asRoman = /^([ivx]|[ivxlcdm]{2,})$/.test(lower) ? [roman(lower)] : [];
  return lower.length === 1 ? [...asRoman, lower.charCodeAt(0) - 96] : asRoman;
}

class Reader {
  constructor(parsed, css) {
    this.sheets = sheetStyles(parsed, css);
    this.numbered = wordLists(css);
    this.pictures = [];
    this.leftOut = { comments: 0, deletions: 0, hidden: 0, embeds: 0 };
    this.commentMarks = 0;
    // Word's open fields: true while the code of one is read, and false once it is its result.
    this.fields = [];
    // Why the words just before were left out, so that two parts of one passage are counted once.
    this.lastReason = undefined;
  }

  // --- What stays out ---------------------------------------------------------------------------

  /** Say why an element stays out: the name of a count, "silent", or undefined if it stays. */
  reason(element, style) {
    const name = element.localName;
    const written = styleOf(element);
    const role = element.getAttribute("role");
    if (SILENT.has(name)) return "silent";
    if (EMBEDDED.has(name)) return "embeds";
    if (
      ["del", "s", "strike"].includes(name) ||
      role === "deletion" ||
      hasClass(element, DELETED) ||
      /mso-(del|movefrom)/i.test(written) ||
      // What is done on a list of things to do is struck out as well.
      (style.textDecorationLine.includes("line-through") && !element.closest("[role=checkbox]"))
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
      element.hasAttribute("hidden") ||
      /mso-hide:\s*all/i.test(written) ||
      style.color === "transparent" ||
      hasClass(element, UNSEEN) ||
      (/absolute|fixed/.test(style.position) &&
        (/rect\(0|rect\(1px/.test(style.clip) ||
          /inset\((50|100)%/.test(style.clipPath) ||
          (isTiny(style.width) && isTiny(style.height)) ||
          /^-\d{3,}/.test(style.left)))
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
      else if (/anchor|reference/i.test(element.className) || element.localName === "a")
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
    const data = written.replace(/[\u200b\ufeff]/g, "");
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
    if (name === "a" || hasClass(element, NOTE_CLASS)) return this.link(element, marks, flow);
    if (isBlock) {
      const follows = /^MsoListParagraph|^MsoListContinue/;
      const isRest = name === "p" && hasClass(element, follows);
      return flow.block(null, () => this.children(element, marks, flow), isRest);
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
    let { visibility, fontSize, verticalAlign } = scratch;
    const space = `${scratch.whiteSpace} ${scratch.whiteSpaceCollapse ?? ""}`;
    if (isBlock) scratch.cssText = styleOf(element);
    const { fontWeight, fontStyle } = scratch;
    if (fontWeight && fontWeight !== "inherit") next.bold = isBold(fontWeight);
    if (fontStyle && fontStyle !== "inherit") next.italic = /italic|oblique/.test(fontStyle);
    if (name === "sup" || /^(super|text-top)$/.test(verticalAlign)) next.script = "sup";
    if (name === "sub" || verticalAlign === "sub") next.script = "sub";
    if (visibility) next.hidden = /hidden|collapse/.test(visibility);
    if (fontSize) next.tiny = isTiny(fontSize);
    if (name === "pre" || name === "plaintext" || /pre|break-spaces/.test(space)) next.pre = true;
    else if (/normal|nowrap|collapse/.test(space)) next.pre = false;
    return next;
  }

  headingOf(element) {
    const named = HEADINGS[element.localName];
    if (named) return named;
    if (hasClass(element, /^MsoTitle$/)) return "h2";
    const level =
      element.getAttribute("role") === "heading"
        ? element.getAttribute("aria-level") || "2"
        : /mso-outline-level:\s*(\d)/.exec(styleOf(element))?.[1];
    return level && element.localName !== "span" ? HEADINGS[`h${level}`] : undefined;
  }

  isQuotation(element) {
    if (hasClass(element, /^Mso(Intense)?Quote/)) return true;
    // Gmail indents with a quotation that has no line beside it.
    return element.localName === "blockquote" && !/border:\s*(none|0)/.test(styleOf(element));
  }

  quotation(element, marks, flow) {
    const even = hasClass(element, /^Mso/);
    const inner = new Flow();
    this.children(element, { ...marks, upright: even }, inner);
    flow.nest("blockquote", inner.finish(), even);
  }

  link(element, marks, flow) {
    const href = element.getAttribute("href");
    const isNote =
      hasClass(element, NOTE_CLASS) ||
      /mso-(foot|end)note-id/.test(styleOf(element)) ||
      /^doc-(noteref|backlink)$/.test(element.getAttribute("role") ?? "") ||
      NOTE_TARGET.test(href?.split("#")[1] ?? "");
    if (!isNote) {
      const to = href && address(href);
      return this.children(element, to ? { ...marks, href: to } : marks, flow);
    }
    const figure = element.textContent.replace(/[[\]()\s]/g, "");
    if (BACK_TO_TEXT.test(figure) || marks.hidden || marks.tiny) return;
    const opens = flow.isAtStart;
    flow.add({ text: figure, marks: { script: "sup" }, note: opens });
    if (opens) flow.add({ text: " ", marks: {} });
  }

  // --- Pictures ---------------------------------------------------------------------------------

  picture(image, flow) {
    const file = image.dataset.file;
    const alt = image.getAttribute("alt") ?? "";
    const src = image.getAttribute("src") ?? "";
    if (/^\d+$/.test(file ?? "")) {
      const own = document.createElement("img");
      own.setAttribute("src", src);
      own.setAttribute("alt", alt);
      own.setAttribute("data-file", file);
      return flow.push({ tag: "figure", picture: own });
    }
    if (/^\p{Extended_Pictographic}[\u200d\ufe0f\p{Emoji}]*$/u.test(alt))
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
    const isLayout = /^(presentation|none)$/.test(table.getAttribute("role") ?? "");
    // A table inside a table would be no table for a reader.
    if (isLayout || cells.length < 2 || marks.inTable) {
      for (const part of [table.caption, ...cells].filter(Boolean)) this.element(part, marks, flow);
      return;
    }
    if (table.caption) this.element(table.caption, marks, flow);
    const made = [];
    for (const row of rows) {
      scratch.cssText = `${this.sheets.get(row) ?? ""};${styleOf(row)}`;
      const reason = this.reason(row, scratch);
      if (reason) {
        this.leaveOut(row, reason);
        continue;
      }
      const isHead = row.closest("thead") !== null || /yfti-irow:\s*-1/.test(styleOf(row));
      made.push([...row.cells].flatMap((cell) => this.cell(cell, isHead, marks) ?? []));
    }
    if (!made.some((row) => row.some((cell) => cell.tag === "th"))) markHeader(made);
    const filled = made.filter((row) => row.length);
    if (filled.length) flow.push({ tag: "table", rows: filled });
  }

  cell(cell, isHead, marks) {
    scratch.cssText = `${this.sheets.get(cell) ?? ""};${styleOf(cell)}`;
    const reason = this.reason(cell, scratch);
    if (reason) return this.leaveOut(cell, reason);
    const tag = isHead || cell.localName === "th" ? "th" : "td";
    const own = this.marksOf(cell, marks, false);
    const inner = new Flow();
    this.children(cell, { ...own, inTable: true, even: tag === "th" }, inner);
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
    const format = element.getAttribute("data-leveltext");
    const place = element.getAttribute("data-aria-posinset");
    const isFirst = !list || list.querySelector("li") === element;
    const isOrdered = format ? format.includes("%") : list?.localName === "ol";
    let number = Number(element.getAttribute("value")) || undefined;
    if (place) number = Number(place);
    else if (isFirst && list?.hasAttribute("start")) number = Number(list.getAttribute("start"));
    else if (isFirst && !said) number = number ?? 1;
    const numbers = number === undefined ? [] : [number];
    return { level: Number(said) || undefined, isOrdered, numbers, list: said ? "said" : list };
  }

  /** Return the facts of a paragraph that Word shows as an item of a list, or undefined. */
  wordItem(element) {
    const written = styleOf(element);
    if (!/^(p|div)$/.test(element.localName) || /mso-list:\s*(none|skip)/i.test(written)) return;
    const [, list, level, use] = /mso-list:\s*(l\d+)\s+level(\d+)\s*(lfo\d+)?/i.exec(written) ?? [];
    const [, kind, depth] =
      /(?:^|\s)MsoList(Bullet|Number)(\d)?(?:CxSp\w+)?(?:\s|$)/.exec(element.className) ?? [];
    if (!list && !kind) return;
    const shown = [...element.querySelectorAll(`[${STYLE}]`)].find((part) =>
      /mso-list:\s*ignore/i.test(styleOf(part)),
    );
    const numbers = shown ? markerNumbers(shown.textContent) : [];
    shown?.remove();
    const known = kind ? kind === "Number" : this.numbered.get(`${list} ${level}`);
    return {
      level: Number(level ?? depth ?? 1),
      isOrdered: shown ? numbers.length > 0 : known ?? false,
      numbers,
      list: `${list} ${use}`,
    };
  }

  item(element, facts, marks, flow) {
    const inner = new Flow();
    this.children(element, marks, inner);
    const blocks = inner.finish();
    const last = flow.blocks.findLast((block) => !isEmpty(block));
    // An item that holds nothing but a list is that list, one level deeper than the item before.
    if (!blocks.length) return;
    if (last?.item && blocks.every((block) => block.items)) last.blocks.push(...blocks);
    else
      flow.push({ ...facts, item: true, level: facts.level ?? flow.depth, blocks });
  }
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
    this.depth = 0;
  }

  get isAtStart() {
    return !this.open?.runs.some((run) => !isBlank(run.text ?? ""));
  }

  add(run) {
    if (!this.open) this.push((this.open = paragraph(this.tag)), true);
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
  block(tag, read, isRest = false) {
    const outer = this.tag;
    this.open = null;
    if (tag) this.tag = tag;
    const before = this.blocks.length;
    const item = isRest ? this.blocks.findLast((block) => !isEmpty(block)) : undefined;
    read();
    if (item?.item) item.blocks.push(...this.blocks.splice(before).flatMap(split));
    this.tag = outer;
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
    const blocks = this.blocks.flatMap(split);
    const kept = blocks.filter(
      // A line above the notes of a text divides nothing any more.
      (block, i) => !(block.tag === "hr" && blocks[i + 1]?.runs?.[0]?.note),
    );
    return gathered(kept);
  }
}

const isEmpty = (block) => block.runs?.every((run) => run.br || isBlank(run.text)) ?? false;

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
    .filter((part) => part.runs.length);
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
    const { level, isOrdered, numbers, list } = block;
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
      const made = { tag: isOrdered ? "ol" : "ul", items: [], start: numbers[0] ?? 1 };
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
    return list;
  }
  if (block.blocks) return make(tag, ...block.blocks.map(written));
  return make(tag, ...inline(block.runs ?? []));
}

/** An item of a list holds no heading. */
const inItem = (block) => written(HEADINGS[block.tag] ? { ...block, tag: "p" } : block);

function inline(runs) {
  return runs.map(({ br, text, marks }) => {
    if (br) return make("br");
    let node = document.createTextNode(text);
    if (marks.script) node = make(marks.script, node);
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
  ("p h2 h3 strong em sub sup a br hr ul ol li blockquote figure figcaption img table tbody thead " +
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
export function cleaned(html) {
  const { parsed, css } = parse(html);
  const nothing = { comments: 0, deletions: 0, hidden: 0, embeds: 0, pictures: 0 };
  if (isOwn(parsed)) return { html, leftOut: nothing, pictures: [] };
  const reader = new Reader(parsed, css);
  const flow = new Flow();
  reader.children(parsed.body, {}, flow);
  const { leftOut, pictures, commentMarks } = reader;
  leftOut.comments = Math.max(leftOut.comments, commentMarks);
  leftOut.pictures = pictures.length;
  const body = make("div", ...flow.finish().map(written));
  return { html: body.innerHTML, leftOut, pictures };
}

/** Return pasted plain text as HTML: an empty line, or else each line end, begins a paragraph. */
export function paragraphs(text) {
  const lines = text.replace(/\r\n?|\u2028/g, "\n").trim();
  const hasEmptyLines = /\n[ \t\u00a0]*\n/.test(lines);
  const parts = lines.split(hasEmptyLines ? /\n(?:[ \t\u00a0]*\n)+/ : "\n");
  const body = make("div");
  for (const part of parts) {
    if (isBlank(part)) continue;
    const block = make("p");
    part.split("\n").forEach((line, i) => block.append(...(i ? [make("br")] : []), line.trim()));
    body.append(block);
  }
  return body;
}
