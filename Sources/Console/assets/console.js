// Countersign: the live parts of the console. Without this script the pages show how things were when they were made.
//
// The address in data-live answers each time with one short event and ends; EventSource asks again by itself, each second, with the
// identifier of the last event (docs/decisions/0060-live-parts.md).
"use strict";
(() => {
  const state = document.querySelector("[data-live]");
  if (!state) return;
  const [pause, more, news] = ["pause", "more", "news"].map((name) => document.querySelector(`[data-${name}]`));
  const text = state.firstElementChild;
  const rows = document.querySelectorAll("[data-rows]");
  const isList = new URL(state.dataset.live, location).pathname.endsWith("/refusals");

  // In seconds: the first wait after the connection was lost, and the longest.
  const waits = { first: 4, longest: 30 };
  const limits = { waiting: 200, inGroup: 6, inList: 60, news: 10 };

  let source = null;
  let lastId = "";
  let lastAt = state.dataset.from;
  let hasAnswered = false;
  let wait = waits.first;
  let timer = 0;
  let isPaused = false;
  let hasEnded = false;
  let isLost = false;

  const show = (words, isLive) => {
    text.textContent = words;
    state.classList.toggle("paused", !isLive);
  };

  // Screen readers hear of it at most every ten seconds.
  let saidAt = -Infinity;
  let unsaid = 0;
  const say = (words) => {
    if (news.textContent === words) news.textContent = "";
    news.textContent = words;
    saidAt = performance.now();
  };

  // MARK: Parts that are replaced

  const problems = () =>
    document.querySelectorAll("[data-region=health] .is-bad, [data-region=health] .is-warn, .attention > li").length;
  let known = problems();

  const waiting = new Map();
  const isInUse = (element) =>
    element.matches(":hover") || element.contains(document.activeElement) && document.activeElement !== document.body;

  const replace = (element, html) => {
    const template = document.createElement("template");
    template.innerHTML = html;
    const before = [...element.querySelectorAll("details")].map((details) => ({
      isOpen: details.open,
      top: details.querySelector(".table")?.scrollTop ?? 0,
    }));
    element.replaceChildren(template.content);
    element.querySelectorAll("details").forEach((details, index) => {
      if (!before[index]?.isOpen) return;
      details.open = true;
      const table = details.querySelector(".table");
      if (table) table.scrollTop = before[index].top;
    });
  };

  const takeRegions = (regions) => {
    for (const [name, html] of Object.entries(regions)) waiting.set(name, html);
    for (const [name, html] of waiting) {
      const element = document.querySelector(`[data-region="${name}"]`);
      if (element && isInUse(element)) continue;
      waiting.delete(name);
      if (element) replace(element, html);
    }
    const count = problems();
    if (count !== known) say(count ? `Needs attention: ${count}` : "Nothing needs attention");
    known = count;
  };

  // MARK: Rows that are added

  let arrived = [];
  // Whether there are more than those that arrived.
  let isIncomplete = false;
  const seen = new Set();

  const next = (number) => (Number(number.replaceAll(",", "")) + 1).toLocaleString("en");

  const insert = (row) => {
    const body = [...rows].find((body) => body.dataset.rows === row.cause || body.dataset.rows === "");
    const template = document.createElement("template");
    template.innerHTML = row.html;
    const head = body.querySelector(".group");
    if (head) head.after(template.content);
    else body.prepend(template.content);
    // A count with a limit, "More than 5,000" or "5,000+", stays as it is.
    for (const count of [head?.querySelector(".count"), document.querySelector(".lead")]) {
      if (count) count.textContent = count.textContent.replace(/^[\d,]+(?![\d,+])/, next);
    }
    const shown = body.querySelectorAll("tr:not(.group)");
    if (shown.length > (head ? limits.inGroup : limits.inList)) shown[shown.length - 1].remove();
  };

  const hasPlace = (row) => [...rows].some((body) => body.dataset.rows === row.cause || body.dataset.rows === "");

  const addRows = () => {
    if (isIncomplete || !arrived.every(hasPlace)) return location.reload();
    arrived.forEach(insert);
    arrived = [];
    showMore();
  };

  const refusals = (number) => (number === 1 ? "refusal" : "refusals");
  const counted = (number) => (isIncomplete ? `More than ${number}` : `${number}`);

  const showMore = () => {
    if (arrived.length === 0 && document.activeElement === more) pause.focus();
    more.hidden = arrived.length === 0;
    more.textContent = `${counted(arrived.length)} more ${refusals(arrived.length)}`;
  };

  const takeRows = (found, hasMore) => {
    isIncomplete ||= hasMore;
    for (const row of [...found].reverse()) {
      if (seen.has(row.reference) || document.getElementById(`refusal-${row.reference}`)) continue;
      seen.add(row.reference);
      unsaid += 1;
      if (arrived.length < limits.waiting) arrived.push(row);
      else isIncomplete = true;
    }
    if (seen.size > 5000) seen.clear();
    const table = document.querySelector("main .table");
    const isFree = !isPaused && !isIncomplete && arrived.every(hasPlace) && !(table && isInUse(table));
    if (arrived.length && isFree) addRows();
    showMore();
    if (unsaid && !isPaused && performance.now() - saidAt > limits.news * 1000) {
      say(`${counted(unsaid)} new ${refusals(unsaid)}`);
      unsaid = 0;
    }
  };

  // MARK: The connection

  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };

  const end = () => {
    close();
    hasEnded = true;
    pause.hidden = true;
    show("You are not signed in any more. Load the page again to go on", false);
    say(text.textContent);
  };

  // The words count down; the time is what decides.
  const retry = () => {
    close();
    if (!isLost) say("Connection lost");
    isLost = true;
    let left = wait;
    wait = Math.min(wait * 2, waits.longest);
    const tick = () => {
      if (left <= 0) return probe();
      show(`Connection lost, trying again in ${left} ${left === 1 ? "second" : "seconds"}`, false);
      left -= 1;
      timer = setTimeout(tick, 1000);
    };
    tick();
  };

  // EventSource does not tell why it was refused.
  const probe = async () => {
    show("Connection lost, trying again now", false);
    try {
      const answer = await fetch(address(), { method: "HEAD", cache: "no-store", redirect: "error" });
      if (hasEnded || document.hidden) return;
      if (answer.status === 204) return end();
      if (answer.ok) return open();
    } catch {
      // Nobody answers.
    }
    if (!hasEnded && !document.hidden) retry();
  };

  const address = () => {
    const url = new URL(state.dataset.live, location);
    if (lastId) url.searchParams.set("from", lastId);
    return url;
  };

  const open = () => {
    close();
    hasAnswered = false;
    source = new EventSource(address());
    source.onmessage = (event) => {
      const data = JSON.parse(event.data);
      if (isLost) say("Connected again");
      isLost = false;
      [hasAnswered, wait, lastId, lastAt] = [true, waits.first, event.lastEventId, data.at];
      if (data.regions) takeRegions(data.regions);
      if (data.rows) takeRows(data.rows, data.has_more);
      showState();
    };
    // Each answer ends, so an end after an event is as it should be.
    source.onerror = () => {
      if (source?.readyState === EventSource.CLOSED) return void probe();
      if (!hasAnswered) return retry();
      hasAnswered = false;
    };
  };

  const showState = () => {
    if (!isPaused) return show(`Live, last at ${lastAt}`, true);
    show(`Paused at ${pausedAt}` + (arrived.length ? `, ${arrived.length} more since` : ""), false);
  };

  let pausedAt = "";
  pause.addEventListener("click", () => {
    isPaused = !isPaused;
    unsaid = 0;
    pausedAt = lastAt;
    pause.textContent = isPaused ? "Go on" : "Pause";
    // A list goes on counting.
    if (isPaused && !isList) close();
    else if (!isPaused && arrived.length) addRows();
    if (!isPaused && !source) open();
    showState();
  });
  more.addEventListener("click", () => {
    const target = pause;
    addRows();
    target.focus();
  });

  document.addEventListener("visibilitychange", () => {
    if (hasEnded) return;
    if (document.hidden) close();
    else if (!isPaused || isList) open();
  });
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => {
    if (event.persisted && !hasEnded && !isPaused) open();
  });

  pause.hidden = false;
  if (!document.hidden) open();
})();
