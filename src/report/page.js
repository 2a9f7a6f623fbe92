"use strict";
(() => {
  // Everything a claim says is put in as text or as an attribute's value, never as markup.
  const make = (tag, attributes, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes ?? {})) {
      if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.filter((child) => child !== undefined && child !== ""));
    return node;
  };
  const find = (id) => document.getElementById(id);
  const data = JSON.parse(find("data").textContent);
  const form = document.querySelector(".filters");
  const inputs = Object.fromEntries(["text", "rule", "payer", "provider", "sort"].map((id) => [id, find(id)]));
  const list = find("claims");
  const more = find("more");
  const unfold = find("unfold");
  const STEP = 100;
  const FEW = 12;

  const money = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });
  const counted = new Intl.NumberFormat("en-US");
  const words = (name) => (name ?? "").replaceAll("-", " ");
  const rulesOf = (claim) => [...new Set([...(claim.around ?? []), ...claim.findings.map((finding) => finding.rule)])];
  const called = (names, id) => (names[id] ? (id ? `${names[id]} (${id})` : names[id]) : id || "not named");

  let shown = data.claims;
  let made = 0;
  let open = data.claims.length <= FEW;

  // A transaction set is of the payers and providers of its listed claims.
  const isSet = (claim) => claim.id === undefined;
  const setOf = (claim) => claim.envelope.join("\n");
  const members = new Map();
  for (const claim of data.claims) {
    if (isSet(claim)) continue;
    if (!members.has(setOf(claim))) members.set(setOf(claim), []);
    members.get(setOf(claim)).push(claim);
  }
  const partiesOf = (name) => (claim) =>
    isSet(claim) ? (members.get(setOf(claim)) ?? []).map((member) => member[name]) : [claim[name]];
  const listedSets = new Set(data.claims.filter(isSet).map(setOf));

  // Filters hold what the listed claims hold.
  const fill = (select, counts, name) => {
    for (const id of [...counts.keys()].sort()) {
      // An empty value means all; what is not named gets a value no identifier has.
      select.append(make("option", { value: id === "" ? "\u0000" : id }, `${name(id)} · ${counted.format(counts.get(id))}`));
    }
  };
  const count = (keysOf) => {
    const counts = new Map();
    for (const claim of data.claims) for (const key of keysOf(claim)) counts.set(key, (counts.get(key) ?? 0) + 1);
    return counts;
  };
  fill(inputs.rule, count(rulesOf), (rule) => `${rule} ${words(data.rules[rule])}`);
  fill(inputs.payer, count((claim) => (isSet(claim) ? [] : [claim.payer])), (id) => called(data.payers, id));
  fill(inputs.provider, count((claim) => (isSet(claim) ? [] : [claim.provider])), (id) => called(data.providers, id));

  // What free text is looked for in, made when first asked for.
  const texts = new Map();
  const textOf = (claim) => {
    let text = texts.get(claim);
    if (text === undefined) {
      text = [
        claim.id, (claim.cents / 100).toFixed(2), ...(claim.dates ?? []), ...claim.envelope,
        called(data.payers, claim.payer), called(data.providers, claim.provider),
        ...claim.findings.flatMap((finding) => [
          finding.rule, words(data.rules[finding.rule]), finding.place, finding.text, finding.message, finding.help,
        ]),
      ].join("\n").toLowerCase();
      texts.set(claim, text);
    }
    return text;
  };

  const day = (claim) => claim.dates?.[0] ?? "";
  const by = (key) => (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
  const sorts = {
    file: () => 0,
    most: (a, b) => b.cents - a.cents,
    least: (a, b) => a.cents - b.cents,
    new: (a, b) => by(day)(b, a),
    old: by(day),
    payer: by((claim) => called(data.payers, claim.payer)),
    rule: by((claim) => claim.around?.[0] ?? claim.findings.find((finding) => finding.severity === "reject")?.rule ?? ""),
  };

  const snippet = (finding) => {
    const [from, to] = finding.mark;
    const text = finding.text;
    return make(
      "pre",
      { tabindex: "0", "aria-label": `Segment ${finding.segment}, fault at ${finding.place}` },
      make("code", {}, text.slice(0, from), make("mark", { class: to > from ? undefined : "gap" }, text.slice(from, to)), text.slice(to)),
      make("span", { class: "caret", "aria-hidden": "true" }, `\n${" ".repeat(from)}${"^".repeat(Math.max(to - from, 1))}`),
    );
  };

  const source = (address) =>
    make("li", {}, /^https?:\/\//.test(address)
      ? make("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, address)
      : address);

  const fixOf = (fix) =>
    make("p", { class: "fix" },
      make("b", {}, `${fix.safety === "safe" ? "Safe fix" : "Suggested fix"} `), fix.title,
      fix.replacement ? ": " : "", fix.replacement ? make("ins", {}, fix.replacement) : undefined);

  const findingOf = (claim, finding) => {
    const cite = finding.cite === undefined ? undefined : data.cites[claim.cites[finding.cite]];
    const where = [`loop ${finding.loop}`, finding.line === undefined ? "" : `service line ${finding.line}`, `segment ${finding.segment}`]
      .filter(Boolean).join(", ");
    const node = make(
      "section",
      { class: `finding ${finding.severity}` },
      make("h4", {},
        make("span", { class: `rule ${finding.severity === "reject" ? "rejected" : "warned"}` }, finding.rule),
        " ", words(data.rules[finding.rule]),
        make("small", {}, finding.severity === "reject" ? "rejects" : finding.severity === "warn" ? "warns" : "explains")),
      make("p", { class: "where" }, make("b", {}, finding.place), ` ${where}`),
      snippet(finding),
      make("p", {}, finding.message),
      finding.help ? make("p", { class: "help" }, make("b", {}, "What to do "), finding.help) : undefined,
      finding.fix ? fixOf(finding.fix) : undefined,
    );
    if (cite) {
      node.append(make("details", { class: "cite" },
        make("summary", {}, `Policy ${cite.label}`),
        make("ul", {}, ...cite.sources.map(source))));
    }
    return node;
  };

  const bodyOf = (claim) => {
    const [interchange, group, transaction] = claim.envelope.map((name) => name || "-");
    const body = make("div", { class: "body" },
      make("p", { class: "where" },
        `interchange ${interchange}, group ${group}, transaction set ${transaction}, ` +
        (isSet(claim) ? "" : `claim ${counted.format(claim.ordinal)} of the file, `) +
        `byte ${counted.format(claim.offset)}`));
    if (claim.set && !isSet(claim)) {
      const what = transaction === "-" ? "It stands outside every transaction set" : "Its whole transaction set is rejected";
      const where = listedSets.has(setOf(claim))
        ? `; see transaction set ${transaction} in this list`
        : find("envelopes") ? "; see the faults of the envelopes" : "";
      body.append(make("p", {}, `${what}${where}.`));
    }
    if (claim.unchecked) {
      body.append(make("p", {}, "Rejected because --unchecked reject was asked: its policy is not known."));
    }
    body.append(...claim.findings.map((finding) => findingOf(claim, finding)));
    if (claim.more > 0) {
      body.append(make("p", { class: "note" }, `${counted.format(claim.more)} more findings are in the findings file.`));
    }
    return body;
  };

  const item = (claim) => {
    const chips = rulesOf(claim).map((rule) => {
      const rejects = claim.around?.includes(rule) ||
        claim.findings.some((finding) => finding.rule === rule && finding.severity === "reject");
      return make("span", { class: `rule ${rejects ? "rejected" : "warned"}` }, rule);
    });
    const dates = claim.dates ? (claim.dates[0] === claim.dates[1] ? claim.dates[0] : `${claim.dates[0]} to ${claim.dates[1]}`) : "";
    const title = isSet(claim) ? `Transaction set ${claim.envelope[2] || "-"}` : claim.id || "no identifier";
    const summary = make("summary", {}, make("h3", {}, title));
    if (!isSet(claim)) {
      summary.append(
        make("span", { class: "money" }, money.format(claim.cents / 100)),
        make("span", { class: "dates" }, dates),
        make("span", { class: "party" }, called(data.payers, claim.payer)),
        make("span", { class: "party" }, called(data.providers, claim.provider)));
    }
    summary.append(make("span", { class: "chips" }, ...chips));
    const details = make("details", { class: "claim" }, summary);
    // What is inside is made when it is first opened.
    const open_it = () => {
      if (details.children.length === 1) details.append(bodyOf(claim));
    };
    details.addEventListener("toggle", () => details.open && open_it());
    if (open) {
      details.open = true;
      open_it();
    }
    return make("li", {}, details);
  };

  const grow = (by) => {
    const next = shown.slice(made, made + by);
    list.append(...next.map(item));
    made += next.length;
    more.hidden = made >= shown.length;
  };

  const start = (many) => {
    list.replaceChildren();
    made = 0;
    grow(many);
  };

  const say = () => {
    const cents = shown.reduce((sum, claim) => sum + claim.cents, 0);
    const sets = shown.filter(isSet).length;
    const all = data.claims.filter((claim) => !isSet(claim)).length;
    const and = sets === 0 ? "" : ` and ${counted.format(sets)} transaction ${sets === 1 ? "set" : "sets"}`;
    find("count").textContent = data.claims.length === 0
      ? (document.getElementById("unlisted") ? "No claim is listed." : "No claim is rejected.")
      : `${counted.format(shown.length - sets)} of ${counted.format(all)} ${all === 1 ? "claim" : "claims"}${and} listed, ${money.format(cents / 100)}`;
  };

  const update = () => {
    const value = (input) => (input.value === "\u0000" ? "" : input.value);
    const wanted = inputs.text.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const only = (input, keysOf) =>
      input.value === "" ? () => true : (claim) => keysOf(claim).includes(value(input));
    const tests = [
      only(inputs.rule, rulesOf),
      only(inputs.payer, partiesOf("payer")),
      only(inputs.provider, partiesOf("provider")),
      (claim) => wanted.every((word) => textOf(claim).includes(word)),
    ];
    shown = data.claims.filter((claim) => tests.every((test) => test(claim)));
    if (inputs.sort.value !== "file") shown.sort(sorts[inputs.sort.value] ?? sorts.file);
    for (const button of document.querySelectorAll("button[data-filter]")) {
      const input = inputs[button.dataset.filter];
      button.setAttribute("aria-pressed", input.value !== "" && value(input) === button.dataset.value);
    }
    start(STEP);
    say();
  };

  const fold = (wish) => {
    open = wish;
    unfold.setAttribute("aria-pressed", open);
    unfold.textContent = open ? "Close all" : "Open all";
  };

  let waiting = 0;
  inputs.text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(update, 120);
  });
  for (const id of ["rule", "payer", "provider", "sort"]) inputs[id].addEventListener("change", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(update));
  unfold.addEventListener("click", () => {
    fold(!open);
    start(Math.max(made, STEP));
  });
  more.addEventListener("click", () => grow(STEP));
  // Looks anew after each step: the button may still be in sight, which is no change.
  const near = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    grow(STEP);
    near.unobserve(more);
    near.observe(more);
  }, { rootMargin: "800px" });
  near.observe(more);

  // A bar of a chart filters the list by what it stands for.
  for (const button of document.querySelectorAll("button[data-filter]")) {
    const input = inputs[button.dataset.filter];
    const value = button.dataset.value === "" ? "\u0000" : button.dataset.value;
    button.disabled = ![...input.options].some((option) => option.value === value);
    button.addEventListener("click", () => {
      input.value = input.value === value ? "" : value;
      update();
      find("rejects").scrollIntoView();
    });
  }

  // On paper there is no scrolling and no opening: everything that is filtered for.
  let before = [open, STEP];
  addEventListener("beforeprint", () => {
    before = [open, made];
    open = true;
    start(shown.length);
  });
  addEventListener("afterprint", () => {
    open = before[0];
    start(Math.max(before[1], STEP));
  });

  form.hidden = data.claims.length === 0;
  fold(open);
  update();
})();
