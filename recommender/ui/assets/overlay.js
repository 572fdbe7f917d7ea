// What goes along on every page: news that can be undone, shortcuts and their list, and the card of
// a tour. The frame draws it, so it stays while pages change, and an undo outlives its page.

const STAY_MS = 8000; // news stay at least this long, and as long as they are looked at
const RECENT_MS = 10_000; // longer than any page takes
const SHORTCUTS = [
  ["Anywhere", [["/", "Search"], ["?", "This list"], ["Ctrl Z", "Undo what a message offers to"]]],
  ["On a wall of films", [
    ["← → ↑ ↓", "Move between films"], ["Enter", "Open the film"], ["L", "Like"],
    ["W", "Keep for later"], ["H", "Hide"],
  ]],
];
const TOUR_KEYS = ["In the tour", [["N", "Next step"], ["B", "Step before"]]];
const OFF = "marqueeKeysOff"; // single keys can be turned off: some people dictate

function el(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function press(text, className, onclick) {
  const button = el("button", className, text);
  button.type = "button";
  button.onclick = onclick;
  return button;
}

// ---- news ----

function showNews(root, { text, undo }) {
  const place = root.querySelector(".news");
  const news = el("div", "said");
  news.append(el("span", "text", text));
  const state = root._overlay;
  state.undo = undo || null;
  if (undo) {
    const button = press("Undo", "undo", () => takeBack(root));
    button.setAttribute("aria-keyshortcuts", "Control+Z");
    button.title = "Undo (Ctrl Z)";
    news.append(button);
  }
  const close = press("×", "close", () => endNews(root));
  close.setAttribute("aria-label", "Close this message");
  news.append(close);
  place.replaceChildren(news);
  waitAndEnd(root, undo ? STAY_MS : STAY_MS / 2);
}

function waitAndEnd(root, left) {
  const state = root._overlay;
  clearInterval(state.timer);
  const step = 250;
  state.timer = setInterval(() => {
    const news = root.querySelector(".said");
    const looked = news && (news.matches(":hover") || news.contains(root.getRootNode().activeElement));
    if (!looked && !document.hidden) left -= step;
    if (left <= 0) endNews(root);
  }, step);
}

function endNews(root) {
  clearInterval(root._overlay.timer);
  root._overlay.undo = null;
  const held = root.querySelector(".said")?.contains(root.getRootNode().activeElement);
  root.querySelector(".news").replaceChildren();
  if (held) document.querySelector(".stMain")?.focus();
}

function takeBack(root) {
  const undo = root._overlay.undo;
  if (!undo) return;
  root._overlay.undo = null;
  undo();
  showNews(root, { text: "Undone." });
}

// What a wall says. It takes back itself as long as it is there; afterwards it is done here.
function hearWall(root, { text, undo, operations }) {
  showNews(root, {
    text,
    undo: () => {
      if (undo()) return;
      const state = root._overlay;
      for (const [name, on] of operations) {
        state.number = Math.max(state.number + 1, Date.now());
        state.marks[name] = [state.number, on];
      }
      state.send("marks", { ...state.marks });
    },
  });
}

function runAgain(root) {
  root._overlay.send("told", Date.now());
}

// A page that was read before a mark that is stored by now is run again, once. A server that was
// started again knows no numbers: what was stored a while ago is in every page.
function takePage(root, { who, delivered }) {
  window.marqueePage = (window.marqueePage || 0) + 1;
  const stored = window.marqueeStored;
  if (!stored || stored.who !== who || delivered >= stored.number) return;
  window.marqueeStored = null;
  if (Date.now() - stored.at < RECENT_MS) runAgain(root);
}

// What a page says is numbered, so that drawing it again does not say it again.
function hearPage(root, news) {
  if (!news || news.number <= (window.marqueeNews || 0)) return;
  window.marqueeNews = news.number;
  const undo = news.undo ? () => root._overlay.send("undo", news.number) : null;
  showNews(root, { text: news.text, undo });
}

// ---- shortcuts ----

function isTyping(event) {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || ["TEXTAREA", "SELECT"].includes(target.tagName)) return true;
  return target.tagName === "INPUT" && !["checkbox", "radio", "range", "button"].includes(target.type);
}

function keysAreOff() {
  return localStorage.getItem(OFF) === "1";
}

function onKey(root, event) {
  if (isTyping(event) || event.defaultPrevented || event.altKey || root.querySelector("dialog").open) return;
  const state = root._overlay;
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z") {
    if (!state.undo) return;
    event.preventDefault();
    takeBack(root);
    return;
  }
  if (event.ctrlKey || event.metaKey || keysAreOff()) return;
  const tour = { n: ".tour-card .next", b: ".tour-card .back" }[event.key.toLowerCase()];
  if (event.key === "/") goToSearch();
  else if (event.key === "?") showShortcuts(root);
  else if (tour && root.querySelector(tour)) root.querySelector(tour).click();
  else return;
  event.preventDefault();
}

function goToSearch() {
  const find = () => document.querySelector('.stMain input[type="search"]');
  const reach = (tries) => {
    const box = find();
    if (box) {
      box.focus();
      box.select();
      return;
    }
    // While a page is still loading Streamlit does not hear that the address has changed.
    if (tries % 20 === 0) window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
    if (tries) setTimeout(reach, 50, tries - 1);
  };
  if (!find()) follow(new URL("search", document.baseURI).href);
  reach(199);
}

function listShortcuts(root) {
  const dialog = root.querySelector("dialog");
  const groups = root._overlay.tour ? [...SHORTCUTS, TOUR_KEYS] : SHORTCUTS;
  const parts = groups.flatMap(([name, keys]) => {
    const list = el("dl");
    for (const [key, does] of keys) {
      const term = el("dt");
      term.append(el("kbd", "", key));
      list.append(term, el("dd", "", does));
    }
    return [el("h3", "", name), list];
  });
  const off = el("input");
  off.type = "checkbox";
  off.checked = keysAreOff();
  off.onchange = () => localStorage.setItem(OFF, off.checked ? "1" : "0");
  const label = el("label", "off");
  label.append(off, "Turn off the keys / and ? and those of the tour");
  const title = el("h2", "", "Keyboard shortcuts");
  title.id = "shortcuts-title";
  dialog.replaceChildren(title, ...parts, label, press("Close", "done", () => dialog.close()));
}

function showShortcuts(root) {
  const dialog = root.querySelector("dialog");
  root._overlay.cameFrom = deepFocus();
  listShortcuts(root);
  dialog.showModal();
}

// A dialog gives the focus back to its own side of a shadow only.
function deepFocus() {
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  return focused;
}

function mountOverlay(parentElement) {
  const root = parentElement.querySelector(".overlay");
  if (root._overlay) return root;
  dress(parentElement);
  root.hidden = parentElement.querySelector(".tabs").hidden = false;
  root._overlay = { marks: {}, number: 0, undo: null, timer: 0, tour: null };
  root.querySelector(".help").onclick = () => showShortcuts(root);
  const dialog = root.querySelector("dialog");
  dialog.onclose = () => root._overlay.cameFrom?.focus();
  dialog.onclick = (event) => {
    if (event.target === dialog) dialog.close(); // beside it, on the backdrop
  };
  // One pair of listeners a tab: they serve whichever overlay is on the page.
  if (!window.marqueeOverlay) {
    const here = () => (window.marqueeOverlay.isConnected ? window.marqueeOverlay : null);
    document.addEventListener("keydown", (event) => here() && onKey(here(), event));
    window.addEventListener("marquee:news", (event) => here() && hearWall(here(), event.detail));
    window.addEventListener("marquee:late", () => here() && runAgain(here()));
  }
  window.marqueeOverlay = root;
  return root;
}

export default function ({ data: told, parentElement, setStateValue }) {
  const data = JSON.parse(new TextDecoder().decode(told));
  const root = mountOverlay(parentElement);
  root._overlay.send = setStateValue;
  takePage(root, data);
  hearPage(root, data.news);
  showTour(root, data.tour);
  showTabs(parentElement, data.tabs, data.now);
}
