// The way of a mark to the server. It is posted by itself, one request at a time, and what is
// clicked meanwhile goes with the next; the answer means that it is on the disk. Where posting
// cannot be (`who` is empty, or the server knows this browser as somebody else by now), the list
// goes with the page's own connection, and Python answers with the highest number stored, `ack`.

const TELL_EVERY_MS = 1000; // around some walls the page depends on marks: it is run again, seldom
const BELIEVE_MS = 10_000; // how long what is stored is shown against what the page was told
const TRIES = 7; // a second, two, four...: a server that is started again comes back

async function post(state, marks) {
  for (let left = TRIES; ; left--) {
    try {
      const answer = await fetch(new URL("marks", document.baseURI), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ who: state.who, marks }),
        keepalive: true, // also when the page is left at once
      });
      if (answer.ok) return true;
      if (answer.status !== 502 && answer.status !== 504) return false; // a proxy without a server
    } catch {
      // no server either
    }
    if (!left) return false;
    await new Promise((done) => setTimeout(done, 500 * 2 ** Math.min(TRIES - left, 4)));
  }
}

async function deliver(root) {
  const state = root._wall;
  if (state.delivering) return;
  state.delivering = true;
  while (Object.keys(state.pending).length) {
    const sent = { ...state.pending };
    if (!state.who || !(await post(state, sent))) {
      state.send("marks", { ...state.pending, again: Date.now() }); // never the same as before
      break;
    }
    settle(state, sent);
    root.dataset.ack = state.stored;
    noteStored(state, Object.keys(sent));
  }
  state.delivering = false;
}

function settle(state, sent) {
  const now = Date.now();
  for (const [key, operation] of Object.entries(sent)) {
    state.stored = Math.max(state.stored, operation[0]);
    state.settled[key] = [...operation, now];
    if (state.pending[key][0] === operation[0]) delete state.pending[key];
  }
  if (!state.retells) return;
  clearTimeout(state.telling);
  state.telling = setTimeout(
    () => {
      state.toldAt = Date.now();
      state.send("told", state.stored);
    },
    Math.max(0, state.toldAt + TELL_EVERY_MS - now),
  );
}

// Somebody who marks a film and goes on at once may get a page that was read before the mark. The
// overlay has it run again, told here where that page came first, and by the number otherwise.
function noteStored(state, names) {
  const before = window.marqueeStored;
  const number = Math.max(state.stored, before?.who === state.who ? before.number : 0);
  window.marqueeStored = { who: state.who, number, at: Date.now() };
  const isLate = names.some((name) => state.markedOn[name] !== window.marqueePage);
  if (isLate) window.dispatchEvent(new CustomEvent("marquee:late"));
}

// What the page is told may be from before a mark that is stored by now: `delivered` says. Returns
// whether marks have to be sent again.
function takeWord(state, data) {
  state.who = data.who;
  state.retells = data.retells;
  for (const [key, [number]] of Object.entries(state.pending)) if (number <= data.ack) delete state.pending[key];
  // A server that was started again knows nothing of this page, nor of what was on its way.
  const forgot = data.ack < state.acked;
  state.acked = data.ack;
  const longAgo = Date.now() - BELIEVE_MS;
  for (const [key, [number, , at]] of Object.entries(state.settled)) {
    if (number <= data.delivered || number <= data.ack || at < longAgo) delete state.settled[key];
  }
  return forgot && Object.keys(state.pending).length > 0;
}
