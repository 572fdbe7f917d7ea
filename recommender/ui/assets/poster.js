// A poster: drawn art with its title, and a photograph over it if there is one.

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function icon(name) {
  const shapes = {
    like: "M12 20.6S3.6 15.7 3.6 9.5A4.7 4.7 0 0 1 12 6.6a4.7 4.7 0 0 1 8.4 2.9c0 6.2-8.4 11.1-8.4 11.1Z",
    watchlist: "M6.5 3.8h11v16.4L12 16.1l-5.5 4.1Z",
    hide: "M5.6 5.6l12.8 12.8M18.4 5.6L5.6 18.4",
    previous: "M14.5 5l-7 7 7 7",
    next: "M9.5 5l7 7-7 7",
  };
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", shapes[name]);
  svg.append(path);
  return svg;
}

function makePoster(film) {
  const poster = make("span", "poster");
  poster.style.setProperty("--ground", film.art.ground);
  poster.style.setProperty("--ink", film.art.ink);
  const art = make("img", "art");
  art.alt = film.label;
  art.decoding = "async";
  art.src = "data:image/svg+xml," + encodeURIComponent(film.art.svg);
  const lettering = make("span", "lettering " + film.art.zone);
  lettering.setAttribute("aria-hidden", "true");
  const title = make("b", "", film.title);
  title.style.fontSize = film.art.size + "cqw";
  lettering.append(title, make("i", "", film.by));
  poster.append(art, lettering);
  return poster;
}

// Puts the photograph over the drawn art, which shows again if the photograph fails to load.
function showPhoto(card, film, onPage) {
  const photo = film.media?.poster;
  const poster = card.querySelector(".poster");
  if (!photo || !poster || poster._photo === photo.wall) return;
  poster._photo = photo.wall;
  poster.querySelector(".photo")?.remove();
  const art = poster.querySelector(".art");
  const image = make("img", "photo");
  image.alt = film.label;
  image.loading = "lazy";
  image.decoding = "async";
  image.onload = () => {
    image.classList.add("ready");
    art.alt = ""; // one picture, one name
  };
  image.onerror = () => {
    image.remove();
    art.alt = film.label;
  };
  image.sizes = onPage ? "(max-width: 640px) 40vw, 290px" : "(max-width: 640px) 46vw, 200px";
  image.srcset = onPage ? photo.page_set : photo.wall_set;
  image.src = onPage ? photo.page : photo.wall;
  poster.append(image);
}
