// Countersign: says before the console signs its person out. Without this script the foot of each page says the limit.
//
// The address in data-end answers when that is, as things stand: another tab may have been used since. Asking is not a use of the console;
// only the button is. Nothing is said that was not asked first.
"use strict";
(() => {
  const notice = document.querySelector("[data-end]");
  if (!notice) return;
  const words = notice.querySelector("[aria-live]");
  const button = notice.querySelector("button");

  // In seconds: how long before the end it is said, and how often it is asked from then on.
  const times = { before: 120, again: 15 };

  let timer = 0;
  // When it is asked next, by the clock of the day: timers stand still while a computer sleeps.
  let due = 0;
  let asked = 0;
  let hasEnded = false;
  let cameFrom = null;

  const wait = (seconds) => {
    const time = Math.max(1, seconds) * 1000;
    clearTimeout(timer);
    due = Date.now() + time;
    timer = setTimeout(ask, time);
  };

  // Screen readers hear of it when the words change.
  const show = (text, canStay) => {
    if (words.textContent !== text) words.textContent = text;
    if (!canStay && document.activeElement === button) leave();
    button.hidden = !canStay;
    notice.classList.remove("hidden");
  };

  const hide = (text) => {
    if (document.activeElement === button) leave();
    button.hidden = true;
    notice.classList.add("hidden");
    words.textContent = text;
  };

  const leave = () => (cameFrom?.isConnected ? cameFrom : document.querySelector("main")).focus();

  const end = () => {
    clearTimeout(timer);
    hasEnded = true;
    show("You have been signed out. If you have typed something here, take a copy of it before you leave this page.", false);
  };

  const ask = async (isUse = false) => {
    // What is said in a tab that is not seen is not heard either.
    if (hasEnded || document.hidden) return;
    const number = ++asked;
    wait(times.again);
    try {
      const answer = await fetch(notice.dataset.end + (isUse ? "?use=true" : ""), { cache: "no-store", redirect: "error" });
      const found = answer.status === 200 ? await answer.json() : null;
      if (number !== asked || hasEnded) return;
      if (answer.status === 204) return end();
      if (found) take(found, isUse);
    } catch {
      // The server did not answer: ask again later.
    }
  };

  const take = ({ left, at, can_wait: canWait }, isUse) => {
    if (left > times.before) {
      hide(isUse ? "You stay signed in." : "");
      return wait(left - times.before);
    }
    show(
      canWait
        ? `You will be signed out at ${at} UTC unless the console is used before, here or in another tab.`
        : `You will be signed out at ${at} UTC in any case. Save what you have typed before, or take a copy of it.`, canWait);
    wait(Math.min(left, times.again));
  };

  button.addEventListener("focus", (event) => (cameFrom = event.relatedTarget ?? cameFrom));
  button.addEventListener("click", () => ask(true));
  const look = () => {
    if (!document.hidden && Date.now() >= due) ask();
  };
  document.addEventListener("visibilitychange", look);
  addEventListener("pageshow", (event) => event.persisted && look());

  wait(Number(notice.dataset.left) - times.before);
})();
