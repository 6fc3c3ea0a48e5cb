// What the pages of customers do beyond htmx: twins of sliders, dice, files, copying, playing. Every page works without it, less comfortably.
(() => {
  'use strict';

  const MOST_BYTES = 100 * 1024 * 1024; // What Storage takes unless it is told otherwise; it has the last word.
  const TOAST_MS = 2600;

  const on = (type, selector, act) => document.addEventListener(type, event => {
    const target = event.target.closest?.(selector);
    if (target) act(target, event);
  });

  function toast(text, bad) {
    const list = document.getElementById('toasts');
    if (!list) return;
    const item = document.createElement('div');
    item.className = bad ? 'toast is-bad' : 'toast';
    item.textContent = text;
    list.append(item);
    setTimeout(() => item.remove(), TOAST_MS);
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without TLS browsers keep the clipboard to themselves; the old way still works there.
      const area = document.createElement('textarea');
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand('copy');
      area.remove();
    }
    toast('Copied');
  }

  on('click', '[data-copy]', button => copy(document.querySelector(button.dataset.copy).textContent));
  on('click', '[data-copy-text]', button => copy(button.dataset.copyText));
  on('click', '[data-confirm]', (button, event) => { if (!confirm(button.dataset.confirm)) event.preventDefault(); });

  // ---- The form ----------------------------------------------------------------------------------------------------------------

  on('input', '[data-twin]', input => { document.getElementById(input.dataset.twin).value = input.value; });

  on('click', '[data-dice]', button => {
    const input = document.getElementById(button.dataset.dice);
    const most = Math.min(Number(input.max || 2147483647), 2147483647);
    input.value = Math.floor(Math.random() * most);
    input.dispatchEvent(new Event('change', { bubbles: true }));
  });

  on('click', '[data-idea]', button => {
    const words = document.querySelector('#make-form textarea');
    if (!words) return;
    words.value = button.dataset.idea;
    words.dispatchEvent(new Event('change', { bubbles: true }));
    words.focus();
  });

  on('keydown', '#make-form textarea', (area, event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) area.form.requestSubmit();
  });

  // ---- Files -------------------------------------------------------------------------------------------------------------------

  function entry(drop, name) {
    const item = document.createElement('div');
    item.className = 'drop-file';
    const label = document.createElement('span');
    label.className = 'name';
    label.textContent = name;
    const remove = document.createElement('button');
    remove.type = 'button';
    remove.dataset.remove = '';
    remove.setAttribute('aria-label', 'Remove ' + name);
    remove.textContent = '×';
    item.append(label, remove);
    const list = drop.querySelector('.drop-files');
    if (drop.dataset.many !== 'true') list.replaceChildren();
    list.append(item);
    return item;
  }

  function refuse(item, text) {
    item.classList.add('is-bad');
    item.querySelector('progress')?.remove();
    item.querySelector('.name').textContent = text;
  }

  function kept(drop, item, file) {
    item.querySelector('progress')?.remove();
    const input = document.createElement('input');
    input.type = 'hidden';
    input.name = drop.dataset.name;
    input.value = file.id;
    const facts = document.createElement('small');
    facts.textContent = file.facts;
    const label = item.querySelector('.name');
    label.textContent = file.name; // As it is kept, which may be other than it was called.
    label.append(facts);
    if (file.thumbnail) {
      const picture = document.createElement('img');
      picture.alt = '';
      picture.src = file.thumbnail;
      item.prepend(picture);
    }
    item.append(input);
    drop.dispatchEvent(new Event('change', { bubbles: true }));
  }

  function upload(drop, file) {
    const item = entry(drop, file.name);
    const media = drop.dataset.media.split(' ');
    if (file.type && !media.includes(file.type.split('/')[0])) return refuse(item, `${file.name}: this takes ${media.join(' or ')}`);
    if (file.size > MOST_BYTES) return refuse(item, `${file.name}: larger than 100 MB`);
    const bar = document.createElement('progress');
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute('aria-label', 'Upload');
    item.append(bar);
    const request = new XMLHttpRequest();
    request.open('POST', '/studio/uploads?name=' + encodeURIComponent([...file.name].slice(-150).join('')));
    request.setRequestHeader('RequestVerificationToken', drop.closest('form').elements.form.value);
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    request.upload.onprogress = event => { if (event.lengthComputable) bar.value = 100 * event.loaded / event.total; };
    request.onerror = () => refuse(item, `${file.name}: the connection broke`);
    request.onload = () => {
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { /* A page of an error: its status is all there is to tell. */ }
      if (request.status === 200) kept(drop, item, answer);
      else refuse(item, `${file.name}: ${answer.error ?? 'refused (' + request.status + ')'}`);
    };
    request.send(file);
  }

  on('change', '.drop input[type=file]', (input, event) => {
    event.stopPropagation();
    for (const file of input.files) upload(input.closest('.drop'), file);
    input.value = '';
  });
  on('click', '[data-remove]', (button, event) => {
    event.preventDefault();
    const drop = button.closest('.drop');
    button.closest('.drop-file').remove();
    drop.dispatchEvent(new Event('change', { bubbles: true }));
  });
  for (const type of ['dragenter', 'dragover']) on(type, '.drop', drop => drop.classList.add('is-over'));
  for (const type of ['dragleave', 'drop']) on(type, '.drop', drop => drop.classList.remove('is-over'));

  // ---- Results -----------------------------------------------------------------------------------------------------------------

  // What was just made plays by itself, without sound; somebody watched it being made.
  const live = new Map();
  document.addEventListener('htmx:sseBeforeMessage', event => {
    const tile = event.target.querySelector?.('.tile-job');
    if (tile) live.set(event.target.id, tile.dataset.status);
  });
  document.addEventListener('htmx:sseMessage', event => {
    const item = event.target;
    const tile = item.querySelector?.('.tile-job');
    if (!tile || live.get(item.id) === tile.dataset.status || tile.dataset.status !== 'completed') return;
    const video = item.querySelector('video');
    if (!video || !item.closest('.runs')) return;
    video.muted = true;
    video.play().catch(() => { /* The player shows why. */ });
  });

  // In the grid a video plays while the pointer rests on it.
  for (const [type, play] of [['pointerenter', true], ['pointerleave', false]]) document.addEventListener(type, event => {
    if (event.pointerType !== 'mouse' || !event.target.matches?.('.job-grid .tile-job[data-preview]')) return;
    const video = event.target.querySelector('video');
    if (!video) return;
    video.muted = true;
    if (play) video.play().catch(() => { /* Left again before it began. */ });
    else video.pause();
  }, true);

  // Where a pointer can rest, the controls come with it.
  if (matchMedia('(hover: hover)').matches) {
    for (const video of document.querySelectorAll('.job-grid video')) video.controls = false;
    document.addEventListener('pointerenter', event => {
      if (event.target.matches?.('.job-grid .tile-job')) for (const video of event.target.querySelectorAll('video')) video.controls = true;
    }, true);
    document.addEventListener('focusin', event => { if (event.target.matches('.job-grid video')) event.target.controls = true; });
  }

  // Two ticks make a comparison; a third takes the place of the first.
  on('change', 'input[form=compare]', box => {
    const ticked = [...document.querySelectorAll('input[form=compare]:checked')];
    if (ticked.length > 2) ticked.find(other => other !== box).checked = false;
    const button = document.querySelector('#compare button');
    if (button) button.disabled = ticked.length < 2;
  });

  on('input', '[data-find]', input => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const card of document.querySelectorAll(input.dataset.find)) {
      card.hidden = !words.every(word => card.dataset.words.includes(word));
      shown += card.hidden ? 0 : 1;
    }
    const nothing = document.querySelector('[data-nothing]');
    if (nothing) nothing.hidden = shown > 0;
  });

  function ago() {
    for (const time of document.querySelectorAll('time[data-ago]')) {
      const seconds = (Date.now() - new Date(time.dateTime)) / 1000;
      if (seconds < 3600 * 20) time.textContent = seconds < 60 ? 'just now' : seconds < 3600 ? `${Math.floor(seconds / 60)} min ago` : `${Math.floor(seconds / 3600)} h ago`;
    }
  }
  ago();
  document.addEventListener('htmx:load', ago);
  document.addEventListener('htmx:sendError', () => toast('The server can\'t be reached', true));
  document.addEventListener('htmx:responseError', event => {
    if (event.detail.xhr.status === 401) location.reload();
    else toast(event.detail.xhr.status === 429 ? 'Too many requests; wait a moment' : 'That did not work; try again', true);
  });
})();
