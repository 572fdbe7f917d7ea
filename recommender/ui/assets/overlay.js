// Overlay on every page: notifications with undo, shortcuts and their list, and the tour's card.
// The layout renders it, so it stays while pages change, and an undo outlives its page.

const VISIBLE_MS = 8000; // a notification with an undo; longer while it has the pointer or the focus
const REDIRECT_LOOP_MS = 10_000;
const SHORTCUTS = [
  ["Anywhere", [["/", "Search"], ["?", "This list"], ["Ctrl Z", "Undo"]]],
  ["On a wall of films", [
    ["← → ↑ ↓", "Move between films"], ["Enter", "Open the film"], ["L", "Like"],
    ["W", "Watchlist"], ["H", "Not interested"],
  ]],
];
const TOUR_SHORTCUTS = ["In the tour", [["N", "Next step"], ["B", "Step before"]]];
const SHORTCUTS_OFF = "marqueeShortcutsOff"; // people who dictate need single keys off

function makeElement(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function makeButton(text, className, onclick) {
  const button = makeElement("button", className, text);
  button.type = "button";
  button.onclick = onclick;
  return button;
}

// ---- notifications ----

function showNotification(root, { text, undo, label = "Undo" }) {
  const state = root._overlay;
  const notification = makeElement("div", "notification");
  notification.append(makeElement("span", "text", text));
  state.undo = undo || null;
  if (undo) {
    const button = makeButton(label, "undo", () => undoNotification(root));
    if (label === "Undo") {
      button.setAttribute("aria-keyshortcuts", "Control+Z");
      button.title = "Undo (Ctrl Z)";
    }
    notification.append(button);
  }
  const close = makeButton("×", "close", () => closeNotification(root));
  close.setAttribute("aria-label", "Close this message");
  notification.append(close);
  state.label = label;
  root.querySelector(".notifications").replaceChildren(notification);
  closeLater(root, undo ? VISIBLE_MS : VISIBLE_MS / 2);
}

function closeLater(root, timeLeft) {
  const state = root._overlay;
  clearInterval(state.timer);
  const interval = 250;
  state.timer = setInterval(() => {
    const shown = root.querySelector(".notification");
    const inUse = shown && (shown.matches(":hover") || shown.contains(root.getRootNode().activeElement));
    if (!inUse && !document.hidden) timeLeft -= interval;
    if (timeLeft <= 0) closeNotification(root);
  }, interval);
}

function closeNotification(root) {
  clearInterval(root._overlay.timer);
  root._overlay.undo = null;
  const hadFocus = root.querySelector(".notification")?.contains(root.getRootNode().activeElement);
  root.querySelector(".notifications").replaceChildren();
  if (hadFocus) document.querySelector(".stMain")?.focus();
}

function undoNotification(root) {
  const { undo, label } = root._overlay;
  if (!undo) return;
  root._overlay.undo = null;
  undo();
  if (label === "Undo") showNotification(root, { text: "Undone." });
  else closeNotification(root);
}

// Shows the server's latest notification once; every one has a higher number.
function showServerNotification(root, notification) {
  if (!notification || notification.number <= (window.marquee.notification || 0)) return;
  window.marquee.notification = notification.number;
  const undo = notification.undo
    ? () => root._overlay.setStateValue("undo", notification.number)
    : null;
  showNotification(root, { text: notification.text, undo });
}

// ---- pages ----

// Reruns the page, once, if an interaction of an earlier page was saved after this page was read.
function rerunIfBehind(root) {
  const state = root._overlay;
  if (interactions.takeUnseen(state.readAt)) state.setStateValue("saved", Date.now());
}

// Loads a page, after a post that sets or removes a cookie. Without cookies that would never end.
async function redirect(root, { post, to }) {
  const key = `marquee:${post || to.split("?")[0]}`;
  if (Date.now() - Number(sessionStorage.getItem(key)) < REDIRECT_LOOP_MS) {
    showNotification(root, { text: NO_COOKIE });
    return;
  }
  sessionStorage.setItem(key, Date.now());
  if (post) await fetch(new URL(post, document.baseURI), { method: "POST" }).catch(() => {});
  if (to) location.replace(new URL(to, document.baseURI));
  else location.reload();
}

// ---- shortcuts ----

function isTyping(event) {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || ["TEXTAREA", "SELECT"].includes(target.tagName)) return true;
  return target.tagName === "INPUT" && !["checkbox", "radio", "range", "button"].includes(target.type);
}

function areShortcutsOff() {
  return localStorage.getItem(SHORTCUTS_OFF) === "1";
}

function onKey(root, event) {
  if (isTyping(event) || event.defaultPrevented || event.altKey || root.querySelector("dialog").open) return;
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z") {
    if (!root._overlay.undo || root._overlay.label !== "Undo") return;
    event.preventDefault();
    undoNotification(root);
    return;
  }
  if (event.ctrlKey || event.metaKey || areShortcutsOff()) return;
  const tourLink = { n: ".tour-card .next", b: ".tour-card .back" }[event.key.toLowerCase()];
  if (event.key === "/") goToSearch();
  else if (event.key === "?") showShortcuts(root);
  else if (tourLink && root.querySelector(tourLink)) root.querySelector(tourLink).click();
  else return;
  event.preventDefault();
}

function goToSearch() {
  const findBox = () => document.querySelector('.stMain input[type="search"]');
  const focusBox = (tries) => {
    const box = findBox();
    if (box) {
      box.focus();
      box.select();
      return;
    }
    // While a page is loading, Streamlit misses that the address has changed.
    if (tries % 20 === 0) window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
    if (tries) setTimeout(focusBox, 50, tries - 1);
  };
  if (!findBox()) openAddress(new URL("search", document.baseURI).href);
  focusBox(199);
}

function listShortcuts(root) {
  const dialog = root.querySelector("dialog");
  const groups = root._overlay.tour ? [...SHORTCUTS, TOUR_SHORTCUTS] : SHORTCUTS;
  const parts = groups.flatMap(([name, keys]) => {
    const list = makeElement("dl");
    for (const [key, action] of keys) {
      const term = makeElement("dt");
      term.append(makeElement("kbd", "", key));
      list.append(term, makeElement("dd", "", action));
    }
    return [makeElement("h3", "", name), list];
  });
  const off = makeElement("input");
  off.type = "checkbox";
  off.checked = areShortcutsOff();
  off.onchange = () => localStorage.setItem(SHORTCUTS_OFF, off.checked ? "1" : "0");
  const label = makeElement("label", "off");
  label.append(off, "Turn off the keys / and ? and those of the tour");
  const title = makeElement("h2", "", "Keyboard shortcuts");
  title.id = "shortcuts-title";
  dialog.replaceChildren(title, ...parts, label, makeButton("Close", "done", () => dialog.close()));
}

function showShortcuts(root) {
  root._overlay.focusBefore = findFocused();
  listShortcuts(root);
  root.querySelector("dialog").showModal();
}

// A dialog returns the focus only within its own shadow root.
function findFocused() {
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  return focused;
}

// One set of listeners per tab; they serve the overlay that is on the page.
function listenOnce() {
  const overlay = () => (window.marquee.overlay?.isConnected ? window.marquee.overlay : null);
  document.addEventListener("keydown", (event) => overlay() && onKey(overlay(), event));
  window.addEventListener("marquee:notification", (event) => {
    if (overlay()) showNotification(overlay(), event.detail);
  });
  interactions.addEventListener("saved", () => overlay() && rerunIfBehind(overlay()));
  interactions.addEventListener("failed", ({ detail: { message, retry } }) => {
    if (overlay()) showNotification(overlay(), { text: message, undo: retry, label: "Try again" });
  });
}

function mountOverlay(parentElement) {
  const root = parentElement.querySelector(".overlay");
  if (root._overlay) return root;
  addStyles(parentElement);
  root.hidden = parentElement.querySelector(".tabs").hidden = false;
  root._overlay = { undo: null, label: "", timer: 0, tour: null, readAt: 0 };
  root.querySelector(".help").onclick = () => showShortcuts(root);
  const dialog = root.querySelector("dialog");
  dialog.onclose = () => root._overlay.focusBefore?.focus();
  dialog.onclick = (event) => {
    if (event.target === dialog) dialog.close(); // on the backdrop
  };
  if (!window.marquee.overlay) listenOnce();
  window.marquee.overlay = root;
  return root;
}

export default function ({ data, parentElement, setStateValue }) {
  const root = mountOverlay(parentElement);
  const state = root._overlay;
  state.setStateValue = setStateValue;
  if (data.readAt !== state.readAt) {
    state.readAt = data.readAt;
    interactions.run += 1;
    rerunIfBehind(root);
  }
  showServerNotification(root, data.notification);
  showTour(root, data.tour);
  showTabs(parentElement, data.tabs, data.current);
  if (data.redirect) redirect(root, data.redirect);
}
