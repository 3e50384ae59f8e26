// Posts a signed response by itself; without script the button does it.
document.querySelector("form[data-submit=now]")?.submit();

// Copy buttons say that they did it, for two seconds.
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    await navigator.clipboard.writeText(field.value);
    button.textContent = "Copied";
    setTimeout(() => {
      button.textContent = "Copy";
    }, 2000);
  });
}

// While a task runs, look again until it is done.
if (document.body.dataset.busy === "yes") setTimeout(() => location.reload(), 1000);
