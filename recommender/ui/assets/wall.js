// A wall of films: a grid, rows with a heading each, or one large card. Interactions are kept in
// the tab's store (interactions.js); the wall shows them and reports which button was pressed.

const KINDS = ["like", "watchlist", "hide"];
const EXCLUDES = { like: ["hide"], watchlist: ["hide"], hide: ["like", "watchlist"] }; // as the server does
const MESSAGES = {
  like: ["Like removed:", "Liked"],
  watchlist: ["Removed from your watchlist:", "On your watchlist:"],
  hide: ["Shown again:", "Not interested:"],
};
const MAX_MEDIA_REQUESTS = 15; // each waits a second at most
const RERUN_INTERVAL_MS = 1000; // between reruns for saved interactions
const KEYS = { l: "like", w: "watchlist", h: "hide" };

function label(kind, on, film) {
  if (kind === "watchlist") return (on ? "Remove from watchlist: " : "Add to watchlist: ") + film.label;
  if (kind === "hide") return (on ? "Undo not interested: " : "Not interested in ") + film.label;
  return (on ? "Unlike " : "Like ") + film.label;
}

function isOn(state, id, kind) {
  const rendered = (state.interactions[id] || []).includes(kind);
  return interactions.isOn(id + ":" + kind, rendered, state.readAt);
}

function makeActions(film, wordy) {
  const actions = make("div", "actions");
  for (const kind of KINDS) {
    const button = make("button", "action " + kind);
    button.type = "button";
    button.dataset.kind = kind;
    button.append(icon(kind));
    if (wordy) button.append(make("span", "word"));
    actions.append(button);
  }
  return actions;
}

function makeCard(film) {
  const card = make("li", "card");
  card.dataset.id = film.id;
  const link = make("a", "open");
  link.href = film.href;
  link.append(makePoster(film));
  const caption = make("span", "caption");
  caption.append(make("b", "title", film.title), make("span", "meta", film.meta));
  link.append(caption);
  link.append(make("span", "because"));
  const undo = make("div", "undo");
  const button = make("button", "", "Undo");
  button.type = "button";
  button.dataset.kind = "hide";
  undo.append(make("span", "", "Not interested"), button);
  card.append(link, ...(film.hasOverview ? [make("p", "short-overview")] : []), makeActions(film, false), undo);
  return card;
}

function makePeople(film) {
  const people = make("dl", "people");
  for (const [role, names] of film.people) {
    const cell = make("dd");
    names.forEach((name, position) => {
      const link = make("a", "name", name);
      link.href = "search?q=" + encodeURIComponent(name);
      cell.append(link);
      if (position < names.length - 1) cell.append(", ");
    });
    people.append(make("dt", "", role), cell);
  }
  return people;
}

function makeFeature(film) {
  const card = make("li", "card feature");
  card.dataset.id = film.id;
  const wash = make("img", "wash");
  wash.alt = "";
  wash.src = "data:image/svg+xml," + encodeURIComponent(film.art.svg);
  const link = make(film.heading === 1 ? "span" : "a", "open");
  if (film.heading !== 1) link.href = film.href;
  link.append(makePoster(film));
  const body = make("div", "body");
  if (film.kicker) body.append(make("p", "kicker", film.kicker));
  const title = make("h" + film.heading, "headline");
  if (film.heading === 1) title.textContent = film.title;
  else {
    const inside = make("a", "open", film.title);
    inside.href = film.href;
    title.append(inside);
  }
  body.append(title);
  if (film.original) body.append(make("p", "original", film.original));
  body.append(make("p", "facts", film.meta));
  const because = make("p", "because");
  body.append(because);
  if (film.also && film.also.length) {
    const also = make("ul", "also");
    also.append(...film.also.map((sentence) => make("li", "", sentence)));
    body.append(also);
  }
  body.append(make("p", "overview"));
  body.append(makeActions(film, true));
  if (film.people && film.people.length) body.append(makePeople(film));
  if (film.heading === 1) body.append(make("div", "extras"));
  card.append(wash, link, body);
  return card;
}

function paintCard(state, card, film) {
  card._film = film;
  const hidden = isOn(state, film.id, "hide");
  card.classList.toggle("hidden", hidden);
  for (const button of card.querySelectorAll("button[data-kind]")) {
    const kind = button.dataset.kind;
    const on = isOn(state, film.id, kind);
    const name = label(kind, on, film);
    if (button.getAttribute("aria-label") !== name) button.setAttribute("aria-label", name);
    button.title = name;
    if (button.classList.contains("action")) button.setAttribute("aria-pressed", String(on));
    const word = button.querySelector(".word");
    if (word) word.textContent = { like: ["Like", "Liked"], watchlist: ["Watchlist", "On watchlist"], hide: ["Not interested", "Not interested"] }[kind][Number(on)];
  }
  const because = card.querySelector(".because");
  if (because) {
    because.replaceChildren();
    if (film.match !== null && film.match !== undefined) because.append(make("b", "match", film.match + "% match"));
    if (film.because) because.append(film.because);
    because.hidden = !because.childNodes.length;
  }
}

// Space for texts that may still come is reserved from the start, so that nothing moves.
function paintMedia(state, card, film) {
  const media = film.media || state.laterMedia[film.id];
  if (!card._space) card._space = !media && state.pendingMedia.includes(film.id) ? "reserved" : "free";
  showPhoto(card, { ...film, media }, state.variant === "feature");
  const words = card.querySelector(".overview, .short-overview");
  if (words) {
    setText(words, media?.overview || "");
    words.hidden = words.className === "overview" && !words.textContent && card._space === "free";
    reserveSpace(words, card._space);
  }
  const extras = card.querySelector(".extras");
  if (extras) {
    const shown = JSON.stringify(media?.watch ? media : null);
    if (extras._shown !== shown) {
      extras._shown = shown;
      extras.replaceChildren(...makeExtras(media));
    }
    extras.hidden = !extras.childNodes.length && card._space === "free";
    reserveSpace(extras, card._space);
  }
  const wide = media?.wide;
  if (wide && card._wide !== wide && card.querySelector(".wash")) {
    card._wide = wide;
    const image = make("img", "wide");
    image.alt = "";
    image.decoding = "async";
    image.onload = () => image.classList.add("ready");
    image.onerror = () => image.remove();
    image.src = wide;
    card.querySelector(".wash").after(image);
  }
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function reserveSpace(node, space) {
  node.classList.toggle("reserved", space === "reserved");
  if (space === "reserved" && node.className.includes("overview")) node.tabIndex = 0; // it may scroll
}

function outward(text, address) {
  const link = make("a", "outward", text);
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}

function makeExtras(media) {
  if (!media) return [];
  const parts = [];
  if (media.trailer) parts.push(outward("Watch the trailer", media.trailer));
  const facts = [...(media.watch || []), ...(media.facts || [])];
  if (facts.length) {
    const list = make("dl", "people");
    for (const [name, value] of facts) list.append(make("dt", "", name), make("dd", "", value));
    parts.push(list);
  }
  if (media.watch_link) parts.push(outward("Where to watch, by JustWatch", media.watch_link));
  return parts;
}

function paint(root) {
  for (const row of root._wall.rows) paintRow(root._wall, row);
}

// Only cards that change are moved, because moving a card drops its focus.
function placeCards(list, cards) {
  const kept = new Set(cards);
  for (const card of [...list.children]) if (!kept.has(card)) card.remove();
  cards.forEach((card, position) => {
    const current = list.children[position] || null;
    if (current !== card) list.insertBefore(card, current);
  });
}

function paintRow(state, row) {
  const known = new Map([...row.list.children].map((card) => [card.dataset.id, card]));
  const cards = row.films.map((film) => {
    let card = known.get(film.id);
    if (!card) card = state.variant === "feature" ? makeFeature(film) : makeCard(film);
    paintCard(state, card, film);
    paintMedia(state, card, film);
    return card;
  });
  placeCards(row.list, cards);
  if (state.variant !== "feature") setActiveCard(row, row.active && known.has(row.active) ? row.active : row.films[0]?.id, false);
}

// One tab stop for a row: arrow keys move between films, Tab reaches the active film's buttons.
function setActiveCard(row, id, focus) {
  row.active = id;
  for (const card of row.list.children) {
    const active = card.dataset.id === id;
    for (const stop of card.querySelectorAll("a,button")) stop.tabIndex = active ? 0 : -1;
    if (active && focus) card.querySelector("a.open").focus();
  }
}

function moveFocus(state, row, event) {
  const cards = [...row.list.children];
  const here = cards.findIndex((card) => card.dataset.id === row.active);
  const across = cards.filter((card) => card.offsetTop === cards[0].offsetTop).length;
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across, Home: -here, End: cards.length - 1 - here };
  if (!(event.key in steps)) return false;
  if (state.variant === "row" && event.key.match(/Up|Down/)) return false;
  const target = here + steps[event.key];
  if (target < 0 || target >= cards.length) return false;
  setActiveCard(row, cards[target].dataset.id, true);
  return true;
}

function press(root, id, kind) {
  const state = root._wall;
  const film = state.films.find((candidate) => candidate.id === id);
  const on = !isOn(state, id, kind);
  const excluded = on ? EXCLUDES[kind].filter((other) => isOn(state, id, other)) : [];
  const states = [[id + ":" + kind, on], ...excluded.map((other) => [id + ":" + other, false])];
  const card = [...root.querySelectorAll(".card")].find((candidate) => candidate.dataset.id === id);
  const focused = card.contains(root.getRootNode().activeElement);
  const text = MESSAGES[kind][Number(on)] + " " + film.title;
  interactions.set(states, text);
  notify({ text, undo: () => interactions.set(states.map(([key, value]) => [key, !value]), "Undo of: " + text) });
  // Hiding removes the focused button, and so does undoing: move the focus on.
  if (kind === "hide" && focused && state.variant !== "feature") card.querySelector(on ? ".undo button" : "a.open").focus();
}

// The page or fragment around the wall depends on interactions: rerun it, at most once a second.
function rerunSoon(root, ack) {
  const state = root._wall;
  clearTimeout(state.rerunTimer);
  const wait = Math.max(0, state.rerunAt + RERUN_INTERVAL_MS - Date.now());
  state.rerunTimer = setTimeout(() => {
    if (!root.isConnected) return;
    state.rerunAt = Date.now();
    state.setStateValue("saved", ack);
  }, wait);
}

// Streamlit may remove a wall without notice, so listeners go once it is gone.
function listen(root) {
  const onChange = () => (root.isConnected ? paint(root) : stop());
  const onSaved = (event) => {
    if (!root.isConnected) return stop();
    root.dataset.ack = event.detail.ack;
    if (root._wall.rerunOnSave) rerunSoon(root, event.detail.ack);
  };
  const stop = () => {
    interactions.removeEventListener("changed", onChange);
    interactions.removeEventListener("saved", onSaved);
  };
  interactions.addEventListener("changed", onChange);
  interactions.addEventListener("saved", onSaved);
}

function makeArrows(list) {
  return ["previous", "next"].map((direction) => {
    const button = make("button", "arrow " + direction);
    button.type = "button";
    button.tabIndex = -1; // arrow keys do the same
    button.setAttribute("aria-hidden", "true");
    button.append(icon(direction));
    button.onclick = () => list.scrollBy({ left: (direction === "next" ? 0.8 : -0.8) * list.clientWidth, behavior: "smooth" });
    return button;
  });
}

function mount(parentElement, data) {
  const root = parentElement.querySelector(".wall");
  if (root._wall) return root;
  addStyles(parentElement);
  root._wall = { rows: [], films: [], laterMedia: {}, pendingMedia: [], variant: data.variant, rerunAt: 0 };
  listen(root);
  root.classList.add(data.variant);
  restoreScroll();
  root.getRootNode().host?.closest('[class*="st-key-"]')?.setAttribute("data-drawn", "");
  return root;
}

function makeRow(state) {
  const list = make("ul", "films");
  list.setAttribute("role", "list");
  const node = make("section", "strip");
  const title = make("h2", "heading");
  node.append(title, list);
  if (state.variant === "row") {
    const shown = make("div", "reel");
    node.append(shown);
    shown.append(list, ...makeArrows(list));
    const markEnds = () => {
      node.classList.toggle("at-start", list.scrollLeft < 8);
      node.classList.toggle("at-end", list.scrollLeft + list.clientWidth > list.scrollWidth - 8);
    };
    list.onscroll = markEnds;
    requestAnimationFrame(markEnds);
  }
  return { node, title, list, films: [], active: null };
}

// Rows are updated in place, so that scroll position and focus stay.
function updateRows(root, rows, complete) {
  const state = root._wall;
  const known = new Map(state.rows.map((row) => [row.key, row]));
  state.rows = rows.map(({ key, title, label, films }) => {
    const row = known.get(key) || makeRow(state);
    row.key = key;
    row.films = films.map(complete);
    row.title.textContent = title || "";
    row.title.hidden = !title;
    row.list.setAttribute("aria-label", label);
    return row;
  });
  state.films = state.rows.flatMap((row) => row.films);
  state.list = state.rows[0]?.list;
  const nodes = state.rows.map((row) => row.node);
  const same = root.children.length === nodes.length && nodes.every((node, i) => root.children[i] === node);
  if (!same) root.replaceChildren(...nodes);
}

// After Back, the first wall restores the scroll position once the page is long enough. A new page
// starts at its top: on a slow machine Streamlit can keep the position of the page before.
function restoreScroll() {
  const top = history.state && history.state.marqueeScroll;
  const page = document.querySelector(".stMain");
  const leftAt = history.state && history.state.marqueeLeftAt;
  if (leftAt && page) {
    if (Date.now() - leftAt < 15_000) page.scrollTop = 0;
    history.replaceState({ ...history.state, marqueeLeftAt: 0 }, "");
  }
  if (!top || !page) return;
  let tries = 40;
  const reach = () => {
    page.scrollTop = top;
    if (Math.abs(page.scrollTop - top) > 2 && tries-- > 0) setTimeout(reach, 50);
    else history.replaceState({ ...history.state, marqueeScroll: 0 }, "");
  };
  requestAnimationFrame(reach);
}

// Media that come after the page are requested here, without a rerun of the page.
async function fetchPendingMedia(root) {
  const state = root._wall;
  if (state.asking) return;
  state.asking = true;
  for (let turn = 0; turn < MAX_MEDIA_REQUESTS && state.pendingMedia.length && root.isConnected; turn++) {
    try {
      const query = "ids=" + state.pendingMedia.join(",") + (state.films[0]?.heading === 1 ? "&whole=1" : "");
      const answer = await fetch(new URL("posters/late?" + query, document.baseURI));
      if (!answer.ok) break;
      const { looks, awaited } = await answer.json();
      state.laterMedia = { ...state.laterMedia, ...looks };
      state.pendingMedia = awaited.filter((id) => state.pendingMedia.includes(id));
    } catch {
      break;
    }
    paint(root);
  }
  state.asking = false;
  state.pendingMedia = [];
}

function findRow(state, target) {
  return state.rows.find((row) => row.list.contains(target));
}

export default function ({ data, parentElement, setStateValue }) {
  const root = mount(parentElement, data);
  const state = root._wall;
  const complete = (film) => ({
    ...film,
    media: film.media || state.laterMedia[film.id] || null,
    hasOverview: data.expectsMedia && data.variant === "grid" && Boolean(film.because),
  });
  Object.assign(state, {
    setStateValue,
    interactions: data.interactions,
    readAt: data.readAt,
    rerunOnSave: data.rerunOnSave,
    pendingMedia: data.pendingMedia,
  });
  updateRows(root, data.rows, complete);
  paint(root);
  if (state.pendingMedia.length) fetchPendingMedia(root);

  root.onclick = (event) => {
    const button = event.target.closest("button[data-kind]");
    const id = event.target.closest(".card")?.dataset.id;
    if (button) return press(root, id, button.dataset.kind);
    const link = event.target.closest("a");
    if (!link || link.target || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    openAddress(link.href);
  };
  root.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const id = event.target.closest(".card")?.dataset.id;
    const row = findRow(state, event.target);
    if (!id || state.variant === "feature") return;
    if (KEYS[event.key.toLowerCase()]) {
      event.preventDefault();
      event.stopPropagation(); // Streamlit has single-letter shortcuts of its own
      press(root, id, KEYS[event.key.toLowerCase()]);
    } else if (moveFocus(state, row, event)) event.preventDefault();
  };
  root.onfocusin = (event) => {
    const id = event.target.closest(".card")?.dataset.id;
    const row = findRow(state, event.target);
    if (id && state.variant !== "feature" && id !== row.active) setActiveCard(row, id, false);
  };
}
