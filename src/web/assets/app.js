// All the browser code there is. Every page works without it; it saves clicks and says what happens.

const announcer = document.getElementById("announcer");

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copyValue(button);
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("method") === "post") sendOnce(event);
});

// A page that comes back from the browser's history must be usable again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.querySelectorAll("form[data-sent]")) release(form);
});

for (const progress of document.querySelectorAll("[data-poll]")) poll(progress);
for (const list of document.querySelectorAll("[data-live]")) follow(list);

function announce(text) {
  if (announcer) announcer.textContent = text;
}

/** Copies the value beside the button; where the browser does not allow it, selects it and asks for the keyboard. */
async function copyValue(button) {
  const value = button.closest(".copy-box").querySelector(".copy-value");
  const word = button.querySelector("[data-copy-word]");
  try {
    await navigator.clipboard.writeText(value.textContent);
  } catch {
    getSelection().selectAllChildren(value);
    announce("Selected. Copy it with the keyboard.");
    return;
  }
  word.textContent = "Copied";
  button.dataset.copied = "";
  announce(`Copied: ${button.dataset.copy}`);
  setTimeout(() => {
    word.textContent = "Copy";
    delete button.dataset.copied;
    announce("");
  }, 2500);
}

/** Shows that a form is on its way and holds back a second press; after a minute without an answer it may be tried again. */
function sendOnce(event) {
  const form = event.target;
  if (form.dataset.sent !== undefined) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "";
  const button = event.submitter;
  if (button) {
    button.setAttribute("aria-disabled", "true");
    if (button.dataset.working) {
      button.dataset.resting = button.textContent;
      button.textContent = button.dataset.working;
      announce(button.dataset.working);
    }
  }
  setTimeout(() => release(form), 60_000);
}

function release(form) {
  delete form.dataset.sent;
  const button = form.querySelector("[aria-disabled]");
  if (!button) return;
  button.removeAttribute("aria-disabled");
  if (button.dataset.resting) button.textContent = button.dataset.resting;
}

/** Asks for this page again until the work is done, moves the bar, then loads what comes after. */
function poll(progress) {
  setTimeout(async () => {
    const answer = await fetch(location.href).catch(() => undefined);
    if (!answer?.ok) return poll(progress);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.redirected || !page.querySelector("[data-poll]")) return location.replace(answer.url);
    progress.querySelector("progress").value = page.querySelector("[data-poll] progress").value;
    progress.querySelector("p").textContent = page.querySelector("[data-poll] p").textContent;
    poll(progress);
  }, Number(progress.dataset.poll) * 1000);
}

/** Puts rows on top as they arrive, while the page is in sight. Where that is refused, the page still has its link. */
function follow(list) {
  const url = new URL(list.dataset.live, location.href);
  const rows = list.querySelector("tbody");
  const state = document.querySelector("[data-live-state]");
  let source;
  let fresh = 0;
  const tell = () => {
    announce(fresh === 1 ? "1 new request" : `${fresh} new requests`);
    fresh = 0;
  };
  const take = ({ data, lastEventId }) => {
    url.searchParams.set("after", lastEventId);
    const row = new DOMParser().parseFromString(`<table>${data}</table>`, "text/html").querySelector("tr");
    if (document.getElementById(row.id)) return;
    document.querySelector("[data-live-nothing]")?.remove();
    list.hidden = false;
    row.dataset.arrived = "";
    rows.prepend(row);
    if (rows.rows.length > 200) rows.lastElementChild.remove();
    if (fresh++ === 0) setTimeout(tell, 1000);
  };
  const open = () => {
    source = new EventSource(url);
    source.addEventListener("request", take);
    source.addEventListener("open", () => (state.textContent = "Live"));
    source.addEventListener("more", () => (state.textContent = "Live, but not all are shown"));
    source.addEventListener("error", () => (state.textContent = source.readyState === 2 ? "Not live" : "Connecting…"));
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? source.close() : open()));
  open();
}
