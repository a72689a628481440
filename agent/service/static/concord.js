// Everything works without this script: it saves keystrokes, keeps lists fresh and clocks right.
"use strict";

const keysOn = document.body.dataset.keys === "on";
const rows = () => [...document.querySelectorAll("[data-row]")];

// A form that changes something is sent once, however often it is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  for (const button of form.querySelectorAll("button")) button.disabled = true;
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.disabled = false;
  }
});

// A cited fact opens when it is jumped to.
function openTarget() {
  const name = decodeURIComponent(location.hash.slice(1));
  const found = name && document.getElementById(name);
  if (found && found.matches("details")) found.open = true;
}
window.addEventListener("hashchange", openTarget);
openTarget();

// Only cases of one kind and class of risk can be ticked together.
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-bulk]")) return;
  const boxes = [...document.querySelectorAll("[data-bulk]")];
  const ticked = boxes.find((box) => box.checked);
  for (const box of boxes) box.disabled = Boolean(ticked) && box.dataset.bulk !== ticked.dataset.bulk;
});

// Keys: j and k move, Enter opens; a and r ask once more before anything is decided.
function move(step) {
  const all = rows();
  if (!all.length) return;
  const here = all.findIndex((row) => row.classList.contains("here"));
  const next = Math.min(Math.max(here + step, 0), all.length - 1);
  for (const row of all) row.classList.remove("here");
  all[next].classList.add("here");
  all[next].querySelector("a").focus();
}
function act(key) {
  const found = document.querySelector(`[data-key="${key}"]`);
  if (!found) return false;
  if (found.matches("details")) {
    found.open = true;
    found.querySelector("select, input:not([type=hidden]), button").focus();
    return true;
  }
  confirmed(found);
  return true;
}
function confirmed(form) {
  const button = form.querySelector("button");
  const dialog = document.createElement("dialog");
  const said = document.createElement("p");
  const choices = document.createElement("div");
  const yes = button.cloneNode(true);
  const no = document.createElement("button");
  said.textContent = document.querySelector("h1").textContent;
  said.id = "asked-once-more";
  no.textContent = "✕";
  no.setAttribute("aria-label", "Esc");
  dialog.setAttribute("aria-labelledby", said.id);
  yes.type = no.type = "button";
  yes.addEventListener("click", () => { dialog.close(); form.requestSubmit(); });
  no.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => { dialog.remove(); button.focus(); });
  choices.append(yes, no);
  dialog.append(said, choices);
  document.body.append(dialog);
  dialog.showModal();
  yes.focus();
}
if (keysOn) document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, select, textarea, dialog, [contenteditable]")) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if ((event.key === "a" || event.key === "r") && act(event.key)) { /* asked once more */ }
  else return;
  event.preventDefault();
});

// The list stays fresh: told by the server where it can tell, looked after by asking where not.
const live = document.querySelector("[data-live]");
if (live) {
  let asking = false;
  const refresh = async () => {
    if (asking || document.hidden || live.querySelector("input:checked")) return;
    asking = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const inside = fresh.getElementById(live.id), lead = fresh.querySelector(".lead");
      const focus = document.activeElement && document.activeElement.getAttribute("href");
      if (inside) live.replaceChildren(...inside.childNodes);
      if (lead) document.querySelector(".lead").replaceWith(lead);
      document.title = fresh.title;
      const again = focus && live.querySelector(`a[href="${CSS.escape(focus)}"]`);
      if (again) { again.closest("[data-row]").classList.add("here"); again.focus(); }
    } catch { /* the network is away; the next time will do */ } finally { asking = false; }
  };
  let polling = 0;
  const poll = () => { polling ||= setInterval(refresh, 15000); };
  if (window.EventSource) {
    const source = new EventSource(live.dataset.live);
    source.addEventListener("moved", refresh);
    source.addEventListener("error", () => { if (source.readyState === EventSource.CLOSED) poll(); });
    window.addEventListener("pagehide", () => source.close());
  } else poll();
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
}
