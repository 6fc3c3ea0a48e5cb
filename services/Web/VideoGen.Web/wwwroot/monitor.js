// The monitor's own script: one way to bring cards up to date, and the care of the live line. htmx does the rest.
(() => {
  'use strict';

  const MOST_CARDS = 600; // Beyond this many the oldest leave the page; "Show more" brings them back.
  const KEPT_CARDS = 500;
  const FIRST_PAUSE = 500;
  const LONGEST_PAUSE = 5000;

  const list = document.getElementById('jobs');
  const more = document.getElementById('more');
  const line = document.getElementById('line');
  const link = document.getElementById('link');
  const template = document.getElementById('stream');
  const cardOf = id => document.getElementById('job-' + id);
  const oldest = () => list.lastElementChild?.dataset.id ?? '';

  // ---- Cards -------------------------------------------------------------------------------------------------------------------

  // Makes `old` what `fresh` is, touching only what differs. Whatever is marked with the same data-keep stays as it is: a video goes on
  // playing. Neither of the two has attributes that its user changes.
  function patch(old, fresh) {
    if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) return void old.replaceWith(fresh);
    if (old.nodeType === Node.TEXT_NODE) {
      if (old.data !== fresh.data) old.data = fresh.data;
      return;
    }
    if (old.nodeType !== Node.ELEMENT_NODE) return;
    if (old.dataset.keep && old.dataset.keep === fresh.dataset.keep) return;
    for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
    for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    const before = [...old.childNodes];
    const after = [...fresh.childNodes];
    after.forEach((node, index) => before[index] ? patch(before[index], node) : old.append(node));
    before.slice(after.length).forEach(node => node.remove());
  }

  // Ids grow with time, so their order is the order of the page: newest first.
  function place(card) {
    let next = list.firstElementChild;
    while (next && next.dataset.id > card.dataset.id) next = next.nextElementSibling;
    list.insertBefore(card, next);
    posters.observe(card);
  }

  function update(card) {
    const old = cardOf(card.dataset.id);
    const wanted = !list.dataset.status || card.dataset.status === list.dataset.status;
    if (old && Number(old.dataset.version) > Number(card.dataset.version)) return;
    if (!wanted) return void old?.remove();
    if (!old) place(card);
    else if (old.dataset.version !== card.dataset.version) {
      patch(old, card);
      posters.observe(old);
    }
    (old ?? card).touchedAt = performance.now();
  }

  function merge(fragment, anewSince) {
    const cards = [...fragment.querySelectorAll('li.card')];
    // A page asked for and a job come live may not leave a gap between them: what is older than the page shows comes by "Show more" alone.
    const floor = oldest();
    const isLive = fragment.querySelector('[data-more]') === null;
    for (const card of cards) if (!isLive || !floor || card.dataset.id > floor || cardOf(card.dataset.id) || more.hidden) update(card);
    if (anewSince !== undefined) dropMissing(cards, fragment, anewSince);
    const state = fragment.querySelector('[data-more]');
    if (state) more.hidden = state.dataset.more !== 'true';
    prune();
  }

  // After everything was read anew: a card that the answer would have, but has not, is of a job that was deleted (or that has another status
  // now), unless it has come in the meantime. An answer that is not whole ends above some cards; those come back by "Show more".
  function dropMissing(cards, fragment, since) {
    const ids = new Set(cards.map(card => card.dataset.id));
    for (const card of [...list.children]) if (!ids.has(card.dataset.id) && !(card.touchedAt > since)) card.remove();
  }

  function prune() {
    if (list.children.length <= MOST_CARDS) return;
    while (list.children.length > KEPT_CARDS) list.lastElementChild.remove();
    more.hidden = false;
  }

  // Posters are fetched when their card comes near the window.
  const posters = new IntersectionObserver(entries => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      posters.unobserve(target);
      const video = target.querySelector('video[data-poster]');
      if (video && !video.poster && video.dataset.poster) video.poster = video.dataset.poster;
    }
  }, { rootMargin: '400px' });

  // A click anywhere on a video that has not been loaded yet plays it; browsers themselves ask for the small button then.
  const CONTROLS_HEIGHT = 64;
  list.addEventListener('click', event => {
    const video = event.target;
    if (!(video instanceof HTMLVideoElement) || video.readyState !== 0 || !video.paused || event.offsetY > video.clientHeight - CONTROLS_HEIGHT) return;
    event.preventDefault();
    video.play().catch(() => { /* The player shows why. */ });
  });

  let askedAt = 0;
  htmx.defineExtension('cards', {
    isInlineSwap: () => false,
    handleSwap(style, target, fragment) {
      if (style !== 'cards' && style !== 'cards-anew') return false;
      merge(fragment, style === 'cards-anew' ? askedAt : undefined);
      return true;
    },
  });

  document.body.addEventListener('htmx:configRequest', event => {
    const { elt, parameters } = event.detail;
    if (elt.id === 'older') parameters.before = oldest();
    if (elt.id !== 'anew') return;
    if (oldest()) parameters.from = oldest();
    askedAt = performance.now();
  });

  // A session that has ended: loaded anew, the page leads to the sign-in.
  document.body.addEventListener('htmx:responseError', event => {
    if (event.detail.xhr.status === 401) location.reload();
  });

  // ---- The live line -----------------------------------------------------------------------------------------------------------

  let pause = FIRST_PAUSE;
  let timer = 0;
  let stream = null;

  function show(state, text) {
    link.dataset.state = state;
    link.textContent = text;
  }

  function close() {
    clearTimeout(timer);
    if (!stream) return;
    htmx.trigger(stream, 'htmx:beforeCleanupElement'); // Has the extension close its connection.
    stream.remove();
    stream = null;
  }

  function open() {
    close();
    stream = template.content.firstElementChild.cloneNode(true);
    line.append(stream);
    htmx.process(stream);
  }

  document.body.addEventListener('htmx:sseOpen', () => {
    pause = FIRST_PAUSE;
    show('on', 'Live');
  });

  document.body.addEventListener('htmx:sseError', event => {
    if (document.hidden) return;
    show('lost', 'Reconnecting …');
    // While it connects again by itself, let it. When the answer was an error it has given up, and a new line is needed.
    if (event.detail.source.readyState !== EventSource.CLOSED) return;
    close();
    htmx.trigger('#check', 'look'); // A line does not tell why it was refused; a question does.
    timer = setTimeout(open, pause * (0.75 + Math.random() / 2));
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  });

  // A page that nobody sees needs no line. The one that is opened when it is seen again begins with reading everything anew.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      close();
      show('off', 'Paused');
    } else {
      open();
    }
  });

  window.addEventListener('pagehide', close);
  window.addEventListener('pageshow', event => { if (event.persisted) open(); });

  for (const card of list.children) posters.observe(card);
  if (!document.hidden) open();
})();
