// A wall of films: a grid, rows with a heading each, or one large card. Marks (like, watchlist,
// hide) show at once and are kept as numbered operations until they are on the server's disk
// (marks.js); until then what was clicked here wins over what the server last said. No fast click
// is lost.

const KINDS = ["like", "watchlist", "hide"];
const EXCLUDES = { like: ["hide"], watchlist: ["hide"], hide: ["like", "watchlist"] }; // as the users room does
const SAY = {
  like: ["You took back your like of", "Liked"],
  watchlist: ["Taken off your watchlist:", "On your watchlist:"],
  hide: ["Shown again:", "Hidden:"],
};
const MOST_TURNS = 15; // of a second each, at most
const KEYS = { l: "like", w: "watchlist", h: "hide" };

function label(kind, on, film) {
  if (kind === "watchlist") return (on ? "Remove from watchlist: " : "Add to watchlist: ") + film.label;
  if (kind === "hide") return (on ? "Show again: " : "Not interested in ") + film.label;
  return (on ? "Unlike " : "Like ") + film.label;
}

function isOn(state, id, kind) {
  const operation = state.pending[id + ":" + kind] || state.settled[id + ":" + kind];
  if (operation) return operation[1];
  return (state.marks[id] || []).includes(kind);
}

function makeActions(film, wordy) {
  const actions = make("div", "actions");
  for (const kind of KINDS) {
    const button = make("button", "mark " + kind);
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
  undo.append(make("span", "", "Hidden"), button);
  card.append(link, ...(film.worded ? [make("p", "brief")] : []), makeActions(film, false), undo);
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
    if (button.classList.contains("mark")) button.setAttribute("aria-pressed", String(on));
    const word = button.querySelector(".word");
    if (word) word.textContent = { like: ["Like", "Liked"], watchlist: ["Watchlist", "On watchlist"], hide: ["Not interested", "Hidden"] }[kind][Number(on)];
  }
  const because = card.querySelector(".because");
  if (because) {
    because.replaceChildren();
    if (film.match !== null && film.match !== undefined) because.append(make("b", "match", film.match + "% match"));
    if (film.because) because.append(film.because);
    because.hidden = !because.childNodes.length;
  }
}

// Room for words that may still come is kept from the start, so that they move nothing.
function paintLook(state, card, film) {
  const look = film.look || state.late[film.id];
  if (!card._room) card._room = !look && state.awaited.includes(film.id) ? "kept" : "free";
  showPhoto(card, { ...film, look }, state.variant === "feature");
  const words = card.querySelector(".overview, .brief");
  if (words) {
    setText(words, (look && look.overview) || "");
    words.hidden = words.className === "overview" && !words.textContent && card._room === "free";
    keepRoom(words, card._room);
  }
  const extras = card.querySelector(".extras");
  if (extras) {
    const shown = JSON.stringify(look && look.watch ? look : null);
    if (extras._shown !== shown) {
      extras._shown = shown;
      extras.replaceChildren(...makeExtras(look));
    }
    extras.hidden = !extras.childNodes.length && card._room === "free";
    keepRoom(extras, card._room);
  }
  const wide = look && look.wide;
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

function keepRoom(node, room) {
  node.classList.toggle("room", room === "kept");
  if (room === "kept" && node.className.includes("overview")) node.tabIndex = 0; // it may scroll
}

function outward(text, address) {
  const link = make("a", "outward", text);
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}

function makeExtras(look) {
  if (!look) return [];
  const parts = [];
  if (look.trailer) parts.push(outward("Watch the trailer", look.trailer));
  const facts = [...(look.watch || []), ...(look.facts || [])];
  if (facts.length) {
    const list = make("dl", "people");
    for (const [name, value] of facts) list.append(make("dt", "", name), make("dd", "", value));
    parts.push(list);
  }
  if (look.watch_link) parts.push(outward("Where to watch, by JustWatch", look.watch_link));
  return parts;
}

function paint(root) {
  for (const row of root._wall.rows) paintRow(root._wall, row);
}

function paintRow(state, row) {
  const known = new Map([...row.list.children].map((card) => [card.dataset.id, card]));
  const cards = row.films.map((film) => {
    let card = known.get(film.id);
    if (!card) card = state.variant === "feature" ? makeFeature(film) : makeCard(film);
    paintCard(state, card, film);
    paintLook(state, card, film);
    return card;
  });
  const same = row.list.children.length === cards.length && cards.every((card, i) => row.list.children[i] === card);
  if (!same) row.list.replaceChildren(...cards); // putting cards in again would drop the focus
  if (state.variant !== "feature") rove(row, row.active && known.has(row.active) ? row.active : row.films[0]?.id, false);
}

// One tab stop for a row: arrow keys move between films, Tab reaches the active film's buttons.
function rove(row, id, focus) {
  row.active = id;
  for (const card of row.list.children) {
    const active = card.dataset.id === id;
    for (const stop of card.querySelectorAll("a,button")) stop.tabIndex = active ? 0 : -1;
    if (active && focus) card.querySelector("a.open").focus();
  }
}

function onArrow(state, row, event) {
  const cards = [...row.list.children];
  const here = cards.findIndex((card) => card.dataset.id === row.active);
  const across = cards.filter((card) => card.offsetTop === cards[0].offsetTop).length;
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across, Home: -here, End: cards.length - 1 - here };
  if (!(event.key in steps)) return false;
  if (state.variant === "row" && event.key.match(/Up|Down/)) return false;
  const target = here + steps[event.key];
  if (target < 0 || target >= cards.length) return false;
  rove(row, cards[target].dataset.id, true);
  return true;
}

function write(root, operations) {
  const state = root._wall;
  for (const [name, on] of operations) {
    state.number = Math.max(state.number + 1, Date.now());
    state.pending[name] = [state.number, on];
    state.markedOn[name] = window.marqueePage;
  }
  paint(root);
  deliver(root);
}

// What was done is told to the overlay of all pages, with the way back; see overlay.js.
function tell(root, text, operations) {
  const undo = () => {
    if (!root.isConnected) return false;
    write(root, operations);
    return true;
  };
  window.dispatchEvent(new CustomEvent("marquee:news", { detail: { text, undo, operations } }));
}

function mark(root, id, kind) {
  const state = root._wall;
  const film = state.films.find((candidate) => candidate.id === id);
  const on = !isOn(state, id, kind);
  const others = on ? EXCLUDES[kind].filter((other) => isOn(state, id, other)) : [];
  const done = [[id + ":" + kind, on], ...others.map((other) => [id + ":" + other, false])];
  const card = [...root.querySelectorAll(".card")].find((candidate) => candidate.dataset.id === id);
  const focused = card.contains(root.getRootNode().activeElement);
  write(root, done);
  tell(root, SAY[kind][Number(on)] + " " + film.title, done.map(([name, value]) => [name, !value]));
  // Hiding takes away what had the focus, undoing takes away the button: hand the focus on.
  if (kind === "hide" && focused && state.variant !== "feature") card.querySelector(on ? ".undo button" : "a.open").focus();
}

function makeArrows(list) {
  return ["back", "on"].map((way) => {
    const button = make("button", "arrow " + way);
    button.type = "button";
    button.tabIndex = -1; // arrow keys do the same
    button.setAttribute("aria-hidden", "true");
    button.append(icon(way));
    button.onclick = () => list.scrollBy({ left: (way === "on" ? 0.8 : -0.8) * list.clientWidth, behavior: "smooth" });
    return button;
  });
}

function mount(parentElement, data) {
  const root = parentElement.querySelector(".wall");
  if (root._wall) return root;
  dress(parentElement);
  root._wall = { rows: [], pending: {}, settled: {}, marks: {}, number: 0, toldAt: 0, stored: 0, acked: 0, films: [], late: {}, awaited: [], variant: data.variant, markedOn: {} };
  root.classList.add(data.variant);
  restoreScroll();
  root.getRootNode().host?.closest('[class*="st-key-"]')?.setAttribute("data-drawn", ""); // no outline any more
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
    const ends = () => {
      node.classList.toggle("at-start", list.scrollLeft < 8);
      node.classList.toggle("at-end", list.scrollLeft + list.clientWidth > list.scrollWidth - 8);
    };
    list.onscroll = ends;
    requestAnimationFrame(ends);
  }
  return { node, title, list, films: [], active: null };
}

// A row stays what it is as long as it is on the page: its place in it, and the focus.
function takeRows(root, rows, complete) {
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

// Coming back, a wall brings the page to where it was left, once there is enough of it. A page that
// was just gone to begins at its top: on a slow machine Streamlit can leave it where the last one was.
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

// What came after the wall was drawn is asked for here, and not by running the page again.
async function awaitLooks(root) {
  const state = root._wall;
  if (state.asking) return;
  state.asking = true;
  for (let turn = 0; turn < MOST_TURNS && state.awaited.length && root.isConnected; turn++) {
    try {
      const query = "ids=" + state.awaited.join(",") + (state.films[0]?.heading === 1 ? "&whole=1" : "");
      const answer = await fetch(new URL("posters/late?" + query, document.baseURI));
      if (!answer.ok) break;
      const { looks, awaited } = await answer.json();
      state.late = { ...state.late, ...looks };
      state.awaited = awaited.filter((id) => state.awaited.includes(id));
    } catch {
      break;
    }
    paint(root);
  }
  state.asking = false;
  state.awaited = [];
}

function findRow(state, target) {
  return state.rows.find((row) => row.list.contains(target));
}

export default function ({ data: told, parentElement, setStateValue }) {
  const data = JSON.parse(new TextDecoder().decode(told));
  const root = mount(parentElement, data);
  const state = root._wall;
  state.send = setStateValue;
  const again = takeWord(state, data);
  const complete = (film) => ({ ...film, look: film.look || state.late[film.id] || null, worded: data.looks && data.variant === "grid" && Boolean(film.because) });
  state.expected = data.looks;
  state.awaited = data.awaited;
  state.marks = data.marks;
  takeRows(root, data.rows, complete);
  paint(root);
  root.dataset.ack = Math.max(data.ack, state.stored);
  if (state.awaited.length) awaitLooks(root);
  if (again) deliver(root);

  root.onclick = (event) => {
    const button = event.target.closest("button[data-kind]");
    const id = event.target.closest(".card")?.dataset.id;
    if (button) return mark(root, id, button.dataset.kind);
    const link = event.target.closest("a");
    if (!link || link.target || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    follow(link.href);
  };
  root.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const id = event.target.closest(".card")?.dataset.id;
    const row = findRow(state, event.target);
    if (!id || state.variant === "feature") return;
    if (KEYS[event.key.toLowerCase()]) {
      event.preventDefault();
      event.stopPropagation(); // Streamlit has single-letter shortcuts of its own
      mark(root, id, KEYS[event.key.toLowerCase()]);
    } else if (onArrow(state, row, event)) event.preventDefault();
  };
  root.onfocusin = (event) => {
    const id = event.target.closest(".card")?.dataset.id;
    const row = findRow(state, event.target);
    if (id && state.variant !== "feature" && id !== row.active) rove(row, id, false);
  };
}
