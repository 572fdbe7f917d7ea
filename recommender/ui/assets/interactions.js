// Store of the tab's interactions (like, watchlist, hide), shared by all walls and the overlay.
// A click shows at once and is posted to the server, one request at a time; clicks made meanwhile
// go with the next request. A change made here wins over a page that was read before it was saved.

const RETRY_DELAYS_MS = [500, 1000, 2000, 4000, 8000, 8000, 8000]; // a restarted server is back by then
const NO_COOKIE =
  "Marquee needs one cookie to remember your likes. Allow cookies for this site, then reload the page.";

class InteractionStore extends EventTarget {
  constructor() {
    super();
    this.changes = new Map(); // "tconst:kind" -> { number, on, run, savedAt }
    this.run = 0; // of the whole page; counted by the overlay
    this.number = 0;
    this.ack = 0; // highest number saved
    this.posting = false;
    window.addEventListener("pagehide", () => this.#postAll());
  }

  // Returns whether a film has an interaction, given what a page that was read at `readAt` says.
  isOn(key, rendered, readAt) {
    const change = this.changes.get(key);
    return change && (!change.savedAt || change.savedAt >= readAt) ? change.on : rendered;
  }

  // Sets interactions: [["tt0113277:like", true], ...]; `text` describes them in a failure message.
  set(states, text) {
    for (const [key, on] of states) {
      this.number = Math.max(this.number + 1, Date.now());
      const before = this.changes.get(key);
      const saved = before?.savedAt ? before : before?.saved; // what a failure goes back to
      this.changes.set(key, { number: this.number, on, run: this.run, text, saved, savedAt: 0 });
    }
    this.#changed();
    this.#post();
  }

  get pending() {
    return [...this.changes].filter(([, change]) => !change.savedAt);
  }

  // Returns whether the current page lacks an interaction of an earlier page; only once for each.
  takeUnseen(readAt) {
    const unseen = [...this.changes.values()].filter(
      (change) => change.savedAt >= readAt && change.run !== this.run && !change.seen,
    );
    for (const change of unseen) change.seen = true;
    return unseen.length > 0;
  }

  async #post() {
    if (this.posting) return;
    this.posting = true;
    for (let sent = this.pending; sent.length; sent = this.pending) {
      const answer = await postInteractions(sent);
      if (answer.ack) this.#save(sent, answer);
      else this.#fail(sent, answer.reason);
    }
    this.posting = false;
  }

  #save(sent, answer) {
    for (const [key, { number }] of sent) {
      const change = this.changes.get(key);
      if (change?.number === number) change.savedAt = answer.saved_at;
    }
    this.ack = Math.max(this.ack, answer.ack);
    this.counts = answer.counts;
    this.dispatchEvent(new CustomEvent("saved", { detail: { ack: this.ack } }));
  }

  // The films go back to what they were; the message offers to try again.
  #fail(sent, reason) {
    const failed = sent.filter(([key, { number }]) => this.changes.get(key)?.number === number);
    for (const [key, { saved }] of failed) {
      if (saved) this.changes.set(key, saved);
      else this.changes.delete(key);
    }
    this.#changed();
    const states = failed.map(([key, { on }]) => [key, on]);
    const text = failed.at(-1)?.[1].text || "";
    const message = reason === "cookie" ? NO_COOKIE : `That could not be saved: ${text}`;
    const retry = reason === "cookie" ? null : () => this.set(states, text);
    this.dispatchEvent(new CustomEvent("failed", { detail: { message, retry } }));
  }

  // The page is left for good: the last chance to post what is pending.
  #postAll() {
    if (this.pending.length) fetchInteractions(this.pending).catch(() => {});
  }

  #changed() {
    this.dispatchEvent(new Event("changed"));
  }
}

function fetchInteractions(changes) {
  const interactions = Object.fromEntries(changes.map(([key, { number, on }]) => [key, [number, on]]));
  return fetch(new URL("app/interactions", document.baseURI), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ interactions }),
    keepalive: true,
  });
}

// Returns { ack, saved_at, counts }, or { reason } once it cannot be saved.
async function postInteractions(changes) {
  for (const delay of [...RETRY_DELAYS_MS, null]) {
    let reason = "connection";
    try {
      const response = await fetchInteractions(changes);
      const answer = await response.json();
      if (response.ok) return answer;
      reason = answer.reason;
      if (response.status < 500) return { reason };
      if (reason === "storage") return { reason };
    } catch {
      // no server, or a proxy's error page
    }
    if (delay === null) return { reason };
    await new Promise((done) => setTimeout(done, delay));
  }
}

window.marquee ??= {};
window.marquee.interactions ??= new InteractionStore();
const interactions = window.marquee.interactions;

// Shows a notification in the overlay: { text, undo, label }.
function notify(detail) {
  window.dispatchEvent(new CustomEvent("marquee:notification", { detail }));
}
