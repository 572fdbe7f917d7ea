// Opens an address inside the app. Streamlit listens to popstate; going through the browser's
// history keeps one entry per page, with its query, so that Back works.
function openAddress(address) {
  const page = document.querySelector(".stMain");
  history.replaceState({ ...history.state, marqueeScroll: page ? page.scrollTop : 0 }, "");
  history.pushState({ marqueeLeftAt: Date.now() }, "", address);
  window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
}
