// Streamlit listens to the browser's history. Going through it, and not through a rerun that
// switches pages, keeps one entry a page with its query, so Back leads where it should.
function follow(address) {
  const page = document.querySelector(".stMain");
  history.replaceState({ ...history.state, marqueeScroll: page ? page.scrollTop : 0 }, "");
  history.pushState({ marqueeLeftAt: Date.now() }, "", address);
  window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
}
