// The chat answers without this script too, whole and with a new page; with it, word by word.
"use strict";

const chat = document.querySelector("form[data-chat]");
const list = document.getElementById("said");
const MOST_SAID = 20;
let asking = false;

function said(kind, who, text) {
  const one = document.createElement("li"), name = document.createElement("span");
  one.className = kind;
  name.className = "hidden";
  name.textContent = `${who}: `;
  const words = document.createTextNode(text);
  one.append(name, words);
  list.append(one);
  return words;
}

// Every case whose page an answer names can be opened from here.
function offer(text) {
  const place = document.getElementById("cases");
  const named = new Set([...text.matchAll(/\/cases\/([\w.-]+[\w-])/g)].map((one) => one[1]));
  place.replaceChildren(...[...named].map((name) => {
    const link = document.createElement("a");
    link.className = "button";
    link.href = `/cases/${encodeURIComponent(name)}`;
    link.textContent = name;
    return link;
  }));
  place.hidden = !named.size;
}

// The pieces of an answer, as the events of the stream bring them; an answer ends with [DONE].
async function* pieces(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error("the answer broke off");
    const events = (rest + value).split("\n\n");
    rest = events.pop();
    for (const event of events) {
      const data = event.replace(/^data: /, "");
      if (data === "[DONE]") return;
      yield JSON.parse(data).choices[0]?.delta.content ?? "";
    }
  }
}

async function answered(question) {
  const before = JSON.parse(chat.elements.said.value || "[]");
  const all = [...before, ["user", question]];
  const answer = await fetch(chat.dataset.chat, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "X-CSRF-Token": chat.elements.csrf.value,
      "X-OpenWebUI-Chat-Id": "page",
    },
    body: JSON.stringify({
      model: chat.dataset.model,
      stream: true,
      messages: all.map(([role, content]) => ({ role, content })),
      metadata: { plant: chat.elements.plant?.value ?? "", language: chat.dataset.language },
    }),
  });
  if (!answer.ok) throw new Error(String(answer.status));
  document.getElementById("nothing")?.remove();
  said("asked", chat.dataset.you, question);
  const words = said("told", "Concord", "");
  words.parentElement.classList.add("coming");
  for await (const piece of pieces(answer)) words.data += piece;
  words.parentElement.classList.remove("coming");
  chat.elements.said.value = JSON.stringify([...all, ["assistant", words.data]].slice(-MOST_SAID));
  offer(words.data);
}

// What cannot be streamed is sent as the form it is; the page then says what is the matter.
if (chat && window.TextDecoderStream) chat.addEventListener("submit", async (event) => {
  event.preventDefault();
  const question = chat.elements.question.value.trim();
  if (asking || !question) return;
  asking = true;
  try {
    await answered(question);
    chat.elements.question.value = "";
    chat.elements.question.focus();
  } catch {
    chat.submit();
  } finally {
    asking = false;
  }
});
