// The bar of pages at the bottom of a phone's screen, for thumbs; the style shows it there only.

function showTabs(parentElement, tabs, now) {
  const bar = parentElement.querySelector(".tabs");
  const links = new Map([...bar.children].map((link) => [link.dataset.page, link]));
  for (const [page, title] of Object.entries(tabs)) {
    if (!links.has(page)) {
      const link = step("", "", "./" + page);
      link.dataset.page = page;
      link.append(el("span", "", title));
      bar.append(link);
      links.set(page, link);
    }
    if (page === now) links.get(page).setAttribute("aria-current", "page");
    else links.get(page).removeAttribute("aria-current");
  }
}
