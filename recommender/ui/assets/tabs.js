// Tab bar of pages at the bottom of a phone's screen; the style sheet shows it only there.

function showTabs(parentElement, tabs, current) {
  const bar = parentElement.querySelector(".tabs");
  const links = new Map([...bar.children].map((link) => [link.dataset.page, link]));
  for (const [page, title] of Object.entries(tabs)) {
    if (!links.has(page)) {
      const link = makeLink("", "", "./" + page);
      link.dataset.page = page;
      link.append(makeElement("span", "", title));
      bar.append(link);
      links.set(page, link);
    }
    if (page === current) links.get(page).setAttribute("aria-current", "page");
    else links.get(page).removeAttribute("aria-current");
  }
}
