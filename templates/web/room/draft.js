// The page of a draft while somebody writes: shows what the text becomes and what
// review says of it, and keeps what was typed when it cannot be saved. Without this
// file the buttons of the page do the same by reloading.
"use strict";
(() => {
  const SOON = 400;
  const form = () => document.getElementById("dr-form");
  const isChanged = () => form() !== null && form().querySelector("[data-changed]:not(#dr-preview)") !== null;
  const fields = (button) => {
    const body = new URLSearchParams(new FormData(form()));
    if (button && button.name) body.append(button.name, button.value);
    return body;
  };
  const parsed = (text) => new DOMParser().parseFromString(text, "text/html");
  const say = (text) => {
    const status = document.getElementById("dr-status");
    if (status) { status.textContent = text; status.classList.toggle("dr-notice", text !== ""); }
  };

  // Takes over the parts that are about what was typed, and nothing that is typed in.
  let asked = 0;
  let timer = 0;
  const preview = async () => {
    const number = ++asked;
    const body = fields(null);
    body.append("what", "preview");
    try {
      const answer = await fetch(form().action, { method: "POST", body, credentials: "same-origin", redirect: "manual" });
      if (!answer.ok || number !== asked) return;
      const page = parsed(await answer.text());
      if (number !== asked) return;
      for (const part of document.querySelectorAll("[data-preview][id]")) {
        const next = page.getElementById(part.id);
        if (!next) continue;
        // Live news must not put the saved text back in its place.
        if (part.id === "dr-preview") next.setAttribute("data-changed", "");
        if (next.outerHTML !== part.outerHTML) part.replaceWith(document.adoptNode(next));
      }
    } catch (error) {
      // The line at the top says that the connection is lost.
    }
  };
  document.addEventListener("input", (event) => {
    if (!form() || !form().contains(event.target)) return;
    clearTimeout(timer);
    timer = setTimeout(preview, SOON);
  });

  // Somebody else changed the text while this person writes in it.
  document.addEventListener("room:shown", () => {
    const head = document.getElementById("dr-head");
    const base = form() && form().elements.namedItem("base");
    const newer = document.getElementById("dr-newer");
    const written = document.getElementById("dr-written");
    if (!head || !base || !newer || !written) return;
    const isNewer = written.hasAttribute("data-changed") && head.dataset.version !== base.value;
    newer.hidden = !isNewer;
    newer.textContent = isNewer ? form().dataset.newer : "";
    if (isChanged()) preview();
  });

  // After a session has ended the forms need the token of the next one.
  let isOut = false;
  document.addEventListener("room:out", () => { isOut = true; say(form() ? form().dataset.out : ""); });
  const renew = async () => {
    const answer = await fetch(location.href, { cache: "no-store", credentials: "same-origin" });
    if (!answer.ok || new URL(answer.url).pathname === "/enter") return false;
    const token = parsed(await answer.text()).querySelector("#dr-form input[name=token]");
    if (!token) return false;
    for (const input of document.querySelectorAll("input[name=token]")) input.value = token.value;
    isOut = false;
    return true;
  };
  document.addEventListener("submit", async (event) => {
    if (event.target !== form()) return;
    event.preventDefault();
    clearTimeout(timer);
    const button = event.submitter;
    const buttons = [...form().querySelectorAll("button")];
    if (buttons.some((one) => one.disabled)) return;
    const { lost, out } = form().dataset;
    try {
      if (isOut && !(await renew())) { say(out); return; }
      const body = fields(button);
      buttons.forEach((one) => { one.disabled = true; });
      const answer = await fetch(form().action, { method: "POST", body, credentials: "same-origin" });
      if (answer.status === 401 || answer.status === 403 || new URL(answer.url).pathname === "/enter") {
        isOut = true;
        say(out);
        return;
      }
      const page = parsed(await answer.text());
      const next = page.getElementById("main");
      if (!next || (answer.status >= 500)) { say(lost); return; }
      asked += 1;
      document.getElementById("main").replaceWith(document.adoptNode(next));
      document.title = page.title;
      ready();
      const notice = document.querySelector("#main [role=alert]");
      if (notice) { notice.setAttribute("tabindex", "-1"); notice.focus(); }
    } catch (error) {
      say(lost);
    } finally {
      buttons.forEach((one) => { one.disabled = false; });
    }
  });
  window.addEventListener("beforeunload", (event) => { if (isChanged()) event.preventDefault(); });

  const ready = () => {
    for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    try {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
      say("");
      button.textContent = form().dataset.copied;
    } catch (error) {
      document.getElementById(button.dataset.copy).select();
    }
  });
  document.addEventListener("room:shown", ready);
  ready();
})();
