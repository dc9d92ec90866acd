// The portal's own script: keys, copy buttons, dialogs, the navigation on small screens, drafts. Everything it does has a plain HTML way too.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("pp-js");

  // Before its circuit is up a page is a plain page.
  const isLive = () => root.dataset.ppReady === "true";
  const go = (url) => (isLive() && !document.querySelector("main.pp-plain") ? window.Blazor.navigateTo(url) : location.assign(url));
  const say = (text) => {
    const live = document.getElementById("pp-live");
    if (live) live.textContent = text;
  };

  // --- dialogs: the browser's own, so focus is kept inside, Esc closes and focus goes back to the opener
  const open = (id) => {
    const dialog = document.getElementById(id);
    if (dialog && !dialog.open) dialog.showModal();
    return Boolean(dialog);
  };
  const close = (id) => document.getElementById(id)?.close();

  const isWide = () => matchMedia("(min-width: 1024px)").matches;
  const nav = (isOpen) => {
    root.classList.toggle(isWide() ? "pp-nav-closed" : "pp-nav-over", isWide() ? !isOpen : isOpen);
    document.querySelector("[data-pp-nav]")?.setAttribute("aria-expanded", String(isOpen));
  };
  const isNavOpen = () => (isWide() ? !root.classList.contains("pp-nav-closed") : root.classList.contains("pp-nav-over"));

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      say(`Copied ${text}`);
      return true;
    } catch {
      say("The browser did not allow copying");
      return false;
    }
  }

  async function copyFrom(button) {
    if (!(await copy(button.dataset.ppCopy))) return;
    button.classList.add("pp-copied");
    setTimeout(() => button.classList.remove("pp-copied"), 1500);
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-pp-copy],[data-pp-copy-link],[data-pp-print],[data-pp-open],[data-pp-close],[data-pp-nav],[data-pp-toggle],[data-pp-skip],a");
    for (const menu of document.querySelectorAll("details.pp-menu[open]")) if (!menu.contains(event.target)) menu.open = false;
    if (!target) return;
    if (target.dataset.ppCopy) copyFrom(target);
    else if ("ppCopyLink" in target.dataset) copy(location.href);
    else if ("ppPrint" in target.dataset) print();
    else if (target.dataset.ppOpen) {
      if (open(target.dataset.ppOpen)) event.preventDefault();
    } else if ("ppClose" in target.dataset) target.closest("dialog")?.close();
    else if ("ppNav" in target.dataset) nav(!isNavOpen());
    else if (target.dataset.ppToggle) toggle(target.dataset.ppToggle);
    else if ("ppSkip" in target.dataset) {
      event.preventDefault();
      document.getElementById("main")?.focus();
    } else if (target.tagName === "A") {
      target.closest("details.pp-menu")?.removeAttribute("open");
      if (!isWide() && isNavOpen()) nav(false);
    }
  });

  function toggle(id) {
    const panel = document.getElementById(id);
    if (!panel) return;
    const isOpen = panel.classList.toggle("pp-open");
    for (const button of document.querySelectorAll(`[data-pp-toggle="${id}"][aria-expanded]`)) {
      button.setAttribute("aria-expanded", String(isOpen));
      if (!isOpen) button.focus();
    }
    if (isOpen) panel.querySelector("input:not([type=hidden]),select,summary")?.focus();
  }

  // --- GET forms: leave blanks out of the address, join several values, stay in the app
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !("ppGet" in form.dataset)) return;
    event.preventDefault();
    const values = new Map();
    for (const [key, value] of new FormData(form)) {
      const text = String(value).trim();
      if (text) values.set(key, values.has(key) ? `${values.get(key)},${text}` : text);
    }
    for (const key of [...values.keys()].filter((name) => name.endsWith(".from") || name.endsWith(".to"))) {
      const name = key.replace(/\.(from|to)$/, "");
      values.set(name, `${values.get(`${name}.from`) ?? ""}..${values.get(`${name}.to`) ?? ""}`);
    }
    const query = [...values].filter(([key]) => !/\.(from|to)$/.test(key)).sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value).replaceAll("%2C", ",").replaceAll("%3A", ":")}`).join("&");
    form.querySelectorAll("details[open]").forEach((menu) => menu.removeAttribute("open"));
    form.classList.remove("pp-open");
    go(form.getAttribute("action") + (query ? `?${query}` : ""));
  });

  // --- drafts: what a person typed survives a lost connection
  const draftKey = (field) => `pp-draft:${location.pathname}:${field.dataset.ppDraft}`;
  document.addEventListener("input", (event) => {
    if (event.target.dataset?.ppDraft) sessionStorage.setItem(draftKey(event.target), event.target.value);
  });
  document.addEventListener("focusin", (event) => {
    const field = event.target;
    if (!field.dataset?.ppDraft || field.value) return;
    const kept = sessionStorage.getItem(draftKey(field));
    if (!kept) return;
    field.value = kept;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // --- keys
  const rows = () => [...document.querySelectorAll("[data-pp-row]")].filter((row) => row.offsetParent !== null);
  const linkOf = (row) => row.querySelector("[data-row-link],a[href]");
  function step(by) {
    const all = rows();
    if (all.length === 0) return false;
    const at = all.findIndex((row) => row.contains(document.activeElement));
    const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by))];
    const link = linkOf(next);
    link?.focus();
    next.scrollIntoView({ block: "nearest" });
    return Boolean(link);
  }
  const press = (selector) => {
    const found = document.querySelector(selector);
    found?.click();
    return Boolean(found);
  };
  const search = () => {
    const box = document.getElementById("pp-search");
    box?.focus();
    box?.select();
    return Boolean(box);
  };
  const filters = () => press(".pp-filters-open:not([hidden])") || Boolean(document.querySelector(".pp-filter-form input:not([type=hidden])")?.focus());
  // The row beside the list: its address is the list's with one thing more, so Back closes it.
  function peek() {
    const link = document.activeElement;
    const row = link?.tagName === "A" ? link.closest('[data-pp-list="peeks"] [data-pp-row]') : null;
    if (!row) return false;
    const url = new URL(location);
    url.searchParams.set("peek", row.dataset.id);
    go(url.pathname + url.search);
    return true;
  }
  const singles = {
    " ": peek,
    "?": () => open("pp-help"),
    "/": search,
    j: () => step(1),
    k: () => step(-1),
    f: filters,
    c: () => press("[data-pp-row]:focus-within [data-pp-copy]") || press("main [data-pp-copy]"),
    "[": () => press('[data-pp-page="["]'),
    "]": () => press('[data-pp-page="]"]'),
  };
  let goUntil = 0;
  const isTyping = (target) => target.closest?.("input,textarea,select,[contenteditable]") !== null || document.querySelector("dialog[open]") !== null;

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      if (search()) event.preventDefault();
      return;
    }
    if (event.key === "Escape") {
      const menu = document.querySelector("details.pp-menu[open]");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      } else if (document.querySelector("[data-pp-peek-close]") && !document.querySelector("dialog[open]")) press("[data-pp-peek-close]");
      else if (document.querySelector(".pp-filter-form.pp-open")) toggle(document.querySelector(".pp-filter-form.pp-open").id);
      else if (!isWide() && isNavOpen()) {
        nav(false);
        document.querySelector("[data-pp-nav]")?.focus();
      }
      return;
    }
    if (root.dataset.ppKeys === "off" || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    if (performance.now() < goUntil) {
      goUntil = 0;
      const link = event.key.length === 1 ? document.querySelector(`[data-pp-go="${CSS.escape(event.key)}"]`) : null;
      if (link) {
        event.preventDefault();
        link.click();
        return;
      }
    }
    if (event.key === "g") {
      goUntil = performance.now() + 1200;
      return;
    }
    if (singles[event.key]?.()) event.preventDefault();
  });

  // --- the moment that is shown when the connection is lost
  document.addEventListener("DOMContentLoaded", () => {
    // Until the circuit is up a link loads its page whole. The framework's own way, to fetch it and put it into this page, races with the circuit: what
    // was started for the old address draws the old page over the new one.
    window.Blazor?.start({ ssr: { disableDomPreservation: true } });
    document.querySelector("[data-pp-nav]")?.setAttribute("aria-expanded", String(isNavOpen()));
    const banner = document.getElementById("components-reconnect-modal");
    const seen = banner?.querySelector("[data-pp-seen]");
    if (!seen) return;
    new MutationObserver(() => {
      if (seen.textContent === "" && banner.classList.contains("components-reconnect-show")) seen.textContent = new Date().toLocaleTimeString();
      if (banner.classList.contains("components-reconnect-hide")) seen.textContent = "";
      if (banner.classList.contains("components-reconnect-rejected")) location.reload();
    }).observe(banner, { attributes: true, attributeFilter: ["class"] });
  });

  window.portal = {
    open,
    close,
    ready: () => (root.dataset.ppReady = "true"),
    focusHeading: () => {
      const heading = document.querySelector("main h1");
      if (!heading) return;
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    },
  };
})();
