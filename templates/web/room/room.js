// Keeps an open page up to date: looks again when the daemon says that something
// changed, and says at once when the daemon cannot be heard any more. Everything
// works without this file, by reloading.
"use strict";
(() => {
  const body = document.body;
  const link = document.getElementById("link");
  if (!link || !window.EventSource) return;
  let shownAt = Date.now();
  let lookedAt = Date.now();
  let heardAt = Date.now();
  let isLooking = false;
  let wantsMore = false;
  let isResting = false;
  // What is on screen may be old until we have looked again.
  let wasLost = false;

  // What somebody is typing in, or has changed, is left as it is.
  const isInUse = (part) => {
    const active = document.activeElement;
    const isTyping = active && active.matches("input:not([type=hidden]), textarea, select, [contenteditable]");
    return isTyping && part.contains(active) || part.matches("[data-changed]") || part.querySelector("[data-changed]") !== null;
  };
  document.addEventListener("input", (event) => event.target.setAttribute("data-changed", ""));

  // Said aloud by screen readers when it is new: what is marked with data-news.
  const voice = document.createElement("p");
  voice.className = "unheard";
  voice.setAttribute("aria-live", "polite");
  body.append(voice);
  const newsIn = (root) => Array.from(root.querySelectorAll("[data-news]"), (one) => one.textContent.trim().replace(/\s+/g, " "));

  // How somebody would find an element again after the part around it is new.
  const nameOf = (one) => {
    if (one.id) return "#" + CSS.escape(one.id);
    for (const name of ["name", "href", "action", "value"]) {
      const value = one.getAttribute(name);
      if (value) return one.localName + "[" + name + "=" + JSON.stringify(value) + "]";
    }
    return one.localName;
  };
  const placeIn = (part, one) => {
    const name = nameOf(one);
    return { name, number: Array.from(part.querySelectorAll(name)).indexOf(one) };
  };
  const atPlace = (part, place) => part.querySelectorAll(place.name)[place.number];

  // Only what somebody opened or closed themselves differs from what came.
  const titleOf = (one) => (one.querySelector("summary") || one).textContent.trim();
  document.addEventListener("toggle", (event) => event.target.setAttribute("data-toggled", ""), true);

  const swap = (part, next) => {
    const active = part.contains(document.activeElement) ? placeIn(part, document.activeElement) : null;
    const turned = Array.from(part.querySelectorAll("details[data-toggled]"), (one) => [one.id || titleOf(one), one.open]);
    const fresh = document.adoptNode(next);
    for (const one of fresh.querySelectorAll("details")) {
      const before = turned.find(([name]) => name === (one.id || titleOf(one)));
      if (before) { one.open = before[1]; one.setAttribute("data-toggled", ""); }
    }
    const { scrollLeft, scrollTop } = part;
    part.replaceWith(fresh);
    fresh.scrollTo(scrollLeft, scrollTop);
    const again = active && atPlace(fresh, active);
    if (again) again.focus({ preventScroll: true });
  };

  const sources = new WeakMap();
  const takeOver = (page) => {
    const known = newsIn(document);
    for (const part of document.querySelectorAll("[data-live][id]")) {
      const next = page.getElementById(part.id);
      if (!next) continue;
      // Compared with what came, not with what was opened in it since.
      const html = next.outerHTML;
      const before = sources.get(part) || part.outerHTML;
      if (html !== before && !isInUse(part)) { swap(part, next); sources.set(next, html); }
    }
    document.title = page.title;
    const news = newsIn(document).filter((one) => !known.includes(one));
    if (news.length) voice.textContent = news.slice(0, 3).join(". ");
  };

  const look = async () => {
    // A page that shows what strangers wrote is not opened again by itself: each
    // reading is recorded.
    if (!document.querySelector("[data-live][id]")) return;
    if (isLooking) { wantsMore = true; return; }
    isLooking = true;
    lookedAt = Date.now();
    try {
      const answer = await fetch(location.href, { cache: "no-store", credentials: "same-origin" });
      if (answer.redirected && new URL(answer.url).pathname === "/enter") {
        // What somebody typed is not thrown away because a session ended.
        if (document.querySelector("[data-changed]")) document.dispatchEvent(new CustomEvent("room:out"));
        else location.reload();
        return;
      }
      if (answer.ok) {
        takeOver(new DOMParser().parseFromString(await answer.text(), "text/html"));
        shownAt = heardAt = Date.now();
        wasLost = false;
        document.dispatchEvent(new CustomEvent("room:shown"));
      }
    } catch (error) {
      // The news stream tells when we are back.
    } finally {
      isLooking = false;
      if (wantsMore) { wantsMore = false; look(); }
    }
  };

  const tell = () => {
    // Without a line of its own a page looks every ten seconds.
    const patience = !isResting ? 8000 : document.hidden ? Infinity : 25000;
    const isLost = Date.now() - heardAt > patience;
    if (!isLost && !wasLost) { shownAt = Math.max(shownAt, heardAt); }
    link.hidden = !isLost;
    if (!isLost) return;
    const seconds = Math.round((Date.now() - shownAt) / 1000);
    const age = body.dataset.age.replace("{minutes}", Math.floor(seconds / 60)).replace("{seconds}", seconds % 60);
    const time = new Date(shownAt).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    link.textContent = body.dataset.lost.replace("{time}", time).replace("{age}", age);
  };

  // A page that nobody looks at for a while gives its line back.
  const REST = 5 * 60000;
  let news = null;
  let rest = 0;
  const close = () => { if (news) news.close(); news = null; };
  const listen = () => {
    close();
    const mine = new EventSource("/live");
    news = mine;
    const hear = () => { heardAt = Date.now(); tell(); };
    mine.addEventListener("alive", () => { hear(); if (wasLost) look(); });
    mine.addEventListener("changed", () => { hear(); look(); });
    // The daemon wants to see again who we are.
    mine.addEventListener("again", () => { hear(); listen(); });
    // Too many pages of this browser are open: this one looks again when it is looked at.
    mine.addEventListener("crowded", () => { hear(); isResting = true; close(); });
    mine.onerror = () => {
      if (news !== mine) return;
      wasLost = true;
      heardAt = Math.min(heardAt, Date.now() - 9000);
      tell();
      // Out, or the daemon is gone: looking again tells which.
      if (mine.readyState === EventSource.CLOSED) { close(); setTimeout(() => { look(); listen(); }, 2000); }
    };
  };
  document.addEventListener("visibilitychange", () => {
    clearTimeout(rest);
    if (document.hidden) { rest = setTimeout(() => { isResting = true; close(); }, REST); return; }
    if (isResting) { isResting = false; heardAt = Date.now(); listen(); look(); }
  });
  setInterval(() => { if (isResting && !document.hidden) look(); }, 10000);
  document.addEventListener("pointerdown", () => {
    if (isResting && !document.hidden) { isResting = false; heardAt = Date.now(); listen(); look(); }
  });
  listen();
  setInterval(tell, 1000);
  // What is due comes nearer while nothing happens.
  setInterval(() => {
    if (Date.now() - lookedAt >= 30000 && document.querySelector("[data-ticks]")) look();
  }, 5000);
})();
