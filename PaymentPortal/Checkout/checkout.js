"use strict";

// Only polish: the server takes any number of presses and makes one payment of them.
for (const form of document.querySelectorAll("form[data-once]")) {
  const button = form.querySelector("button");
  const words = button.textContent;
  let isSent = false;
  form.addEventListener("submit", event => {
    if (isSent) {
      event.preventDefault();
      return;
    }
    isSent = true;
    button.setAttribute("aria-disabled", "true");
    button.textContent = form.dataset.once;
  });
  // Back brings the page as it was left: the button must work again.
  window.addEventListener("pageshow", () => {
    isSent = false;
    button.removeAttribute("aria-disabled");
    button.textContent = words;
  });
}

const clock = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" });
const seconds = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" });
for (const time of document.querySelectorAll("time")) time.textContent = (time.dataset.seconds === undefined ? clock : seconds).format(new Date(time.dateTime));

// Pay comes back by itself when its time has come. The browser's clock may be wrong, so the server's refresh is only hurried along.
const later = document.querySelector("[data-until]");
if (later) setTimeout(() => location.replace(later.dataset.until), Math.min(Math.max(new Date(later.querySelector("time").dateTime) - Date.now(), 1000), 3600000));

// A second is what a person takes for "at once"; who waits for minutes needs it less.
const waiting = document.querySelector("[data-watch]");
const start = Date.now();
const again = () => setTimeout(look, Date.now() - start < 60000 ? 1000 : 5000);

async function look() {
  try {
    const answer = await fetch(waiting.dataset.watch, { cache: "no-store" });
    if (answer.ok && show(await answer.json())) return;
  } catch {
    // No network for a moment: the next look may have it.
  }
  again();
}

// True when the page is being left.
function show(seen) {
  if (seen.state === waiting.dataset.state) return false;
  if (!seen.state.startsWith("Processing")) {
    location.replace(waiting.dataset.page + "/status");
    return true;
  }
  // Screen readers say a changed text once: same heading, so only the news moves.
  waiting.dataset.state = seen.state;
  waiting.querySelector("[data-news]").textContent = seen.news;
  return false;
}

if (waiting) again();
