// Measurements inside a page. A wall is in an open shadow root.
window.bench = {
  walls: () => [...document.querySelectorAll('*')]
    .map(n => n.shadowRoot?.querySelector('.wall')).filter(w => w && w._wall),
  cards: () => bench.walls().flatMap(w => [...w.querySelectorAll('.card')]),
  posters: () => bench.cards().filter(
    c => c.checkVisibility() && c.querySelector('img.art').complete),
  nativePosters: () => [...document.querySelectorAll('[data-testid=stImage] :is(img, svg)')],
  hearts: () => [...document.querySelectorAll('button')].filter(
    b => /^[♡♥]$/.test(b.innerText.trim())),
  until: (holds) => new Promise(done => {
    const look = () => holds() ? done(performance.now()) : requestAnimationFrame(look);
    look();
  }),
  like: async (place) => {
    const hearts = bench.walls().flatMap(
      w => [...w.querySelectorAll('.action.like')].map(h => [w, h]));
    const [wall, heart] = hearts[place];
    const wanted = heart.getAttribute('aria-pressed') !== 'true';
    const started = performance.now();
    heart.click();
    const number = marquee.interactions.number;
    const saved = bench.until(() => marquee.interactions.ack >= number);
    await new Promise(requestAnimationFrame);
    const shown = await bench.until(() => heart.getAttribute('aria-pressed') === String(wanted));
    return [shown - started, await saved - started];
  },
  likeNative: async (place) => {
    const before = bench.hearts()[place].innerText;
    const started = performance.now();
    bench.hearts()[place].click();
    const shown = await bench.until(() => bench.hearts()[place]?.innerText !== before);
    return [shown - started, shown - started];
  },
  nextKey: (first) => {
    bench.answer = new Promise(done => document.addEventListener('keydown', event => {
      const started = event.timeStamp;
      bench.until(() => bench.cards()[0]?.dataset.id === first).then(at => done(at - started));
    }, { once: true, capture: true }));
  },
};
