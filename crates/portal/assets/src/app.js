// Comfort only: every page works without this script, and it stores nothing.
"use strict";
{
  // The link in the mail carries the code behind "#", which browsers never send. Hand it over by POST,
  // and take it out of the address bar and the history first.
  const form = document.querySelector("form[data-code-form]");
  const code = decodeURIComponent(location.hash.slice(1));
  if (form && /^[0-9a-zA-Z-]{32,48}$/.test(code)) {
    history.replaceState(null, "", location.pathname);
    form.elements.code.value = code;
    form.submit();
  }

  // Back from the municipality's sign-in: go on, and take the code out of the address bar and the history first.
  const goOn = document.querySelector("form[data-go-on]");
  if (goOn) {
    history.replaceState(null, "", location.pathname);
    goOn.submit();
  }

  // How long the time is still held. The number changes quietly; it is announced at five and two minutes only.
  for (const place of document.querySelectorAll("[data-rest-seconds]")) {
    const end = Date.now() + 1000 * Number(place.dataset.restSeconds);
    const shown = place.querySelector("[data-rest-shown]");
    const spoken = place.querySelector("[data-rest-spoken]");
    const words = (minutes) =>
      (minutes === 1 ? place.dataset.restOne : place.dataset.restMany).replace("%", minutes);
    let last = -1;
    const tick = () => {
      const minutes = Math.ceil((end - Date.now()) / 60000);
      if (minutes === last) return;
      const first = last < 0;
      last = minutes;
      if (minutes > 0) {
        shown.textContent = words(minutes);
        if (!first && (minutes === 5 || minutes === 2)) spoken.textContent = words(minutes);
      } else {
        shown.textContent = spoken.textContent = place.dataset.restOver;
        clearInterval(clock);
      }
    };
    const clock = setInterval(tick, 1000);
    tick();
  }

  // When new days are released. The words change each minute, and quietly: nothing is announced.
  for (const place of document.querySelectorAll("[data-countdown]")) {
    const at = Date.now() + 1000 * Number(place.dataset.countdown);
    const [day, days, hour, hours, minute, minutes, and, within, now] = place.dataset.words.split("|");
    const show = () => {
      const left = Math.max(0, Math.ceil((at - Date.now()) / 60000));
      const [d, h, m] = [Math.floor(left / 1440), Math.floor(left / 60) % 24, left % 60];
      const parts = d > 0 ? [[d, day, days], [h, hour, hours]] : [[h, hour, hours], [m, minute, minutes]];
      const words = parts
        .filter(([number]) => number > 0)
        .map(([number, one, many]) => (number === 1 ? one : many).replace("%", number));
      place.textContent = words.length > 0 ? within.replace("%", words.join(` ${and} `)) : now;
    };
    setInterval(show, 60000);
  }

  // Errors are read out first.
  document.querySelector("[data-error-summary]")?.focus();

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}
