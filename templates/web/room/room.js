// Keeps an open page up to date: looks again when the daemon says that something
// changed, and says at once when the daemon cannot be heard any more. Everything
// works without this file, by reloading.
"use strict";
(() => {
  const body = document.body;
  const link = document.getElementById("link");
  if (!link || !window.EventSource) return;
  let shownAt = Date.now();
  let heardAt = Date.now();
  let isLooking = false;
  let wantsMore = false;

  // What somebody is typing in, or has changed, is left as it is.
  const isInUse = (part) =>
    part.contains(document.activeElement) && document.activeElement !== document.body ||
    part.querySelector("[data-changed]") !== null;
  document.addEventListener("input", (event) => event.target.setAttribute("data-changed", ""));

  const takeOver = (page) => {
    for (const part of document.querySelectorAll("[data-live][id]")) {
      const next = page.getElementById(part.id);
      if (next && next.outerHTML !== part.outerHTML && !isInUse(part)) part.replaceWith(document.adoptNode(next));
    }
    document.title = page.title;
  };

  const look = async () => {
    // A page that shows what strangers wrote is not opened again by itself: each
    // reading is recorded.
    if (!document.querySelector("[data-live][id]")) return;
    if (isLooking) { wantsMore = true; return; }
    isLooking = true;
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
        shownAt = Date.now();
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
    const isLost = Date.now() - heardAt > 8000;
    if (!isLost) { shownAt = Math.max(shownAt, heardAt); }
    link.hidden = !isLost;
    if (!isLost) return;
    const seconds = Math.round((Date.now() - shownAt) / 1000);
    const age = body.dataset.age.replace("{minutes}", Math.floor(seconds / 60)).replace("{seconds}", seconds % 60);
    const time = new Date(shownAt).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    link.textContent = body.dataset.lost.replace("{time}", time).replace("{age}", age);
  };

  const listen = () => {
    const news = new EventSource("/live");
    let wasLost = false;
    news.addEventListener("alive", () => { heardAt = Date.now(); if (wasLost) { wasLost = false; look(); } tell(); });
    news.addEventListener("changed", () => { heardAt = Date.now(); tell(); look(); });
    news.onerror = () => {
      wasLost = true;
      heardAt = Math.min(heardAt, Date.now() - 9000);
      tell();
      if (news.readyState === EventSource.CLOSED) { setTimeout(listen, 2000); }
    };
  };
  listen();
  setInterval(tell, 1000);
  // What is due comes nearer while nothing happens.
  setInterval(() => { if (document.querySelector("[data-ticks]")) look(); }, 30000);
})();
