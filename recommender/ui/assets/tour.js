// The card of a tour: what to see here, and the way on. Every step is an address of its own, so
// Back, a reload and a bookmark lead to it as well.

function step(text, className, address) {
  const link = el("a", className, text);
  link.href = address;
  link.onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    follow(link.href);
  };
  return link;
}

function showTour(root, tour) {
  const place = root.querySelector(".tour-card");
  const before = root._overlay.tour;
  root._overlay.tour = tour;
  place.hidden = !tour;
  root.classList.toggle("touring", Boolean(tour));
  if (!tour) {
    place.replaceChildren();
    return;
  }
  if (Boolean(before?.number) !== Boolean(tour.number)) endNews(root); // the next visitor's are others
  if (before && JSON.stringify(before) === JSON.stringify(tour)) return;
  const card = el("div", tour.number ? "card" : "offer");
  if (tour.number) {
    card.append(el("p", "count", `Step ${tour.number} of ${tour.count}`), el("h2", "", tour.title));
    card.append(el("p", "text", tour.text));
    if (tour.away) card.append(step("Take me there", "there", tour.away));
  }
  const bar = el("p", "bar");
  if (tour.back) bar.append(step("Back", "back", tour.back));
  if (tour.next) bar.append(step(tour.next_says, "next", tour.next));
  if (tour.leave) bar.append(step("Leave the tour", "leave", tour.leave));
  card.append(bar);
  const held = place.contains(root.getRootNode().activeElement);
  place.replaceChildren(card);
  if (held) place.querySelector(".next, .leave")?.focus(); // whoever goes by keyboard goes on
}
