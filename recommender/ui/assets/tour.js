// Card of the demo tour: the current step, and links to the steps around it.

function makeLink(text, className, address) {
  const link = makeElement("a", className, text);
  link.href = address;
  link.onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openAddress(link.href);
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
  if (before && JSON.stringify(before) === JSON.stringify(tour)) return;
  const card = makeElement("div", tour.number ? "card" : "offer");
  if (tour.number) {
    card.append(makeElement("p", "count", `Step ${tour.number} of ${tour.count}`));
    card.append(makeElement("h2", "", tour.title), makeElement("p", "text", tour.text));
    if (tour.away) card.append(makeLink("Take me there", "there", tour.away));
  }
  const bar = makeElement("p", "bar");
  if (tour.back) bar.append(makeLink("Back", "back", tour.back));
  if (tour.next) bar.append(makeLink(tour.next_label, "next", tour.next));
  if (tour.leave) bar.append(makeLink("Leave the tour", "leave", tour.leave));
  card.append(bar);
  const hadFocus = place.contains(root.getRootNode().activeElement);
  place.replaceChildren(card);
  if (hadFocus) place.querySelector(".next, .leave")?.focus(); // for keyboard users
}
