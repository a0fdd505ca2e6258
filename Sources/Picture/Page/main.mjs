// The page: reads what stands in it or what a running rehearsal sends, and shows what the address
// says.

import { addressOf, parseAddress } from './address.mjs';
import { besideView, companion, otherAct } from './beside-view.mjs';
import { element } from './dom.mjs';
import { hallView } from './hall-view.mjs';
import { applyEvent } from './live.mjs';
import { readRow } from './model.mjs';
import { palettes } from './palette.mjs';
import { Replay } from './replay.mjs';
import { rowView } from './row-view.mjs';
import { seconds } from './scale.mjs';
import { whyView } from './why-view.mjs';

const byId = (id) => document.getElementById(id);
const keyHelp = [
  ['1 … 7', 'the row of a step'], ['g', 'its graceful act, and back'],
  ['c', 'the same row on the cluster, and back'],
  ['h, Esc', 'the hall'], ['w', 'why: one deleted pod, large'], ['b', 'beside another row'],
  ['r', 'the row, from “why” and “beside”'],
  ['space', 'replay, pause'], ['s', 'its speed: 1×, 4×, 16×'],
  ['← →', '0.2 s back, on; with shift 5 s'], ['Home, End', 'to the start, all of it'],
  ['↑ ↓', 'the failure before, the next; in “why” the pod'],
  ['f', 'full screen'], ['d', 'dark, light'], ['?', 'this help'],
];

let data = { documents: [], problems: [], live: false };
let rows = [];
let shown = parseAddress(location.hash);
let replay = new Replay(1);
let view = null;
let link = 'none';

const app = {
  get rows() { return rows; },
  get replay() { return replay; },
  // The id of the failure that is told of, by the key of its row: a row that runs is drawn anew.
  chosen: new Map(),
  open: (key) => go({ view: 'row', row: key, t: null }),
  openWhy: (key, pod) => go({ view: 'why', row: key, pod }),
  openBeside: (key, other) => go({ view: 'beside', row: key, other, t: null }),
  say: (text) => { byId('said').textContent = text; },
};

function rowOf(key) {
  return rows.find((row) => row.key === key) ?? rows.find((row) => row.name === key);
}

// Shows something else, and lets the address say so.
function go(change) {
  const row = change.row ?? shown.row;
  const isOther = row !== shown.row || (change.view ?? shown.view) !== shown.view;
  if (isOther) app.chosen.clear();
  shown = { ...shown, ...(isOther ? { pod: null, other: null } : {}), ...change };
  if (change.t !== undefined) replay.seek(change.t);
  const address = addressOf(shown);
  if (location.hash !== address) history.pushState(null, '', address);
  render();
}

// The instant in the address, without a new place in the history for each.
function note() {
  shown = { ...shown, t: replay.t };
  history.replaceState(null, '', addressOf(shown));
}

function render() {
  const row = shown.view === 'hall' ? null : rowOf(shown.row);
  if (!row) {
    view = hallView(app);
  } else if (shown.view === 'why') {
    view = whyView(app, row, shown.pod);
  } else if (shown.view === 'beside') {
    // Chosen by the page, the earlier row stands above.
    const other = rowOf(shown.other);
    const pair = other ? [row, other] : [row, companion(rows, row)]
      .sort((a, b) => rows.indexOf(a) - rows.indexOf(b));
    view = besideView(app, ...pair);
  } else {
    view = rowView(app, row);
  }
  replay.end = row?.end ?? 1;
  keepingPlace(() => byId('view').replaceChildren(view.element));
  document.body.dataset.shown = row ? shown.view : 'hall';
  for (const button of document.querySelectorAll('[data-go]')) {
    button.setAttribute('aria-pressed', String(button.dataset.go === document.body.dataset.shown));
    button.disabled = button.dataset.go !== 'hall' && rows.length === 0;
  }
  byId('replay').hidden = !row;
  byId('problems').replaceChildren(...problemLines());
  byId('problems').hidden = byId('problems').children.length === 0;
  paint();
}

// A row that runs is drawn anew twice a second: what is open and has the focus stays so.
function keepingPlace(replace) {
  const details = () => [...document.querySelectorAll('details')];
  const open = details().map((one) => one.open);
  const place = placeOf(document.activeElement);
  replace();
  details().forEach((one, index) => { one.open = open[index] ?? false; });
  if (place) byId('view').querySelector(place)?.focus({ preventScroll: true });
}

// A selector that finds it again, of what can have the focus in a view.
function placeOf(focused) {
  const { picture, row } = focused?.dataset ?? {};
  if (picture) return `.picture[data-picture="${CSS.escape(picture)}"]`;
  if (row) return `.tile[data-row="${CSS.escape(row)}"]`;
  if (focused?.tagName === 'SELECT') return `[aria-label="${focused.getAttribute('aria-label')}"]`;
  return focused?.tagName === 'SUMMARY' ? 'summary' : null;
}

function problemLines() {
  const lines = data.problems.map((one) => `${one.file} is not shown: ${one.why}`);
  if (rows.length === 0 && !data.live) lines.push('There is no result to show.');
  return lines.map((text) => element('li', { text }));
}

function paint() {
  view.paint();
  byId('play').textContent = replay.isRunning ? '❚❚' : '▶';
  byId('play').setAttribute('aria-label', replay.isRunning ? 'pause' : 'replay');
  byId('speed').textContent = `${replay.speed}×`;
  const slider = byId('time');
  slider.max = String(replay.end);
  slider.value = String(replay.t ?? replay.end);
  slider.setAttribute('aria-valuetext', seconds(replay.t ?? replay.end));
  byId('clock').textContent = replay.isWhole ? 'all' : seconds(replay.t);
}

let last = null;
function frame(now) {
  const elapsed = last === null ? 0 : Math.min(0.25, (now - last) / 1000);
  last = now;
  if (replay.advance(elapsed)) paint();
  if (replay.isRunning) requestAnimationFrame(frame); else { last = null; note(); }
}

function toggle() {
  if (shown.view === 'hall') return;
  replay.toggle();
  if (replay.isRunning) requestAnimationFrame(frame); else note();
  paint();
}

function seek(t) {
  replay.seek(t);
  note();
  paint();
}

function step(amount) {
  replay.step(amount);
  note();
  paint();
}

function load(next) {
  data = next;
  // Rows whose document did not change keep what was read of it.
  const read = new Map(rows.map((row) => [row.document, row]));
  rows = data.documents.map((document) =>
    read.get(document) ?? Object.assign(readRow(document), { document }));
  render();
}

// The keys of a speaker.
function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isField = ['SELECT', 'INPUT'].includes(event.target.tagName);
  const isButton = ['BUTTON', 'SUMMARY'].includes(event.target.tagName);
  const { key } = event;
  const row = rowOf(shown.row) ?? rows[0];
  const acts = {
    h: () => go({ view: 'hall', t: null }), Escape: () => escape(),
    w: () => row && go({ view: 'why', row: row.key }),
    b: () => row && go({ view: 'beside', row: row.key }),
    r: () => row && go({ view: 'row', row: row.key }),
    g: () => turn(row, rows.find((one) => one.stage === row.stage
      && one.name === otherAct(row.name))),
    c: () => turn(row, rows.find((one) => one.name === row.name && one.key !== row.key)),
    s: () => { replay.faster(); paint(); }, f: fullScreen, d: turnTheme, '?': turnHelp,
    ...(isField || isButton ? {} : { ' ': toggle }),
    ...(isField ? {} : {
      ArrowLeft: () => step(event.shiftKey ? -5 : -0.2),
      ArrowRight: () => step(event.shiftKey ? 5 : 0.2),
      ArrowUp: () => view.select?.(-1), ArrowDown: () => view.select?.(1),
      Home: () => seek(0), End: () => seek(null),
    }),
  };
  if (/^[1-9]$/.test(key) && rowOf(key)) {
    const isRow = shown.view === 'hall' || shown.view === 'beside';
    go({ view: isRow ? 'row' : shown.view, row: rowOf(key).key, t: null });
  } else if (acts[key]) {
    if (shown.view === 'hall' && key.startsWith('Arrow')) return moveInHall(event);
    acts[key]();
  } else {
    return;
  }
  event.preventDefault();
}

function turn(row, other) {
  if (other) go({ view: shown.view === 'why' ? 'why' : 'row', row: other.key, t: null });
}

function escape() {
  if (byId('help').open) byId('help').close(); else go({ view: 'hall', t: null });
}

// Arrows go from tile to tile.
function moveInHall(event) {
  const tiles = [...document.querySelectorAll('.tile')];
  const index = tiles.indexOf(document.activeElement);
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -3, ArrowDown: 3 }[event.key];
  tiles[index < 0 ? 0 : Math.max(0, Math.min(tiles.length - 1, index + by))]?.focus();
  event.preventDefault();
}

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.();
}

function setTheme(name) {
  document.documentElement.dataset.theme = name;
  for (const [role, colour] of Object.entries(palettes[name])) {
    document.documentElement.style.setProperty(`--${role}`, colour);
  }
}

function turnTheme() {
  setTheme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark');
  render();
}

function turnHelp() {
  const help = byId('help');
  if (help.open) help.close(); else help.showModal();
}

// A rehearsal that runs: the browser connects again by itself when the connection ends.
function listen() {
  const source = new EventSource('/events');
  const setLink = (state) => {
    link = state;
    const words = {
      live: 'live', ended: 'the rehearsal is over', lost: 'connection lost: what came stands here',
    };
    byId('link').textContent = words[link];
    byId('link').className = `link ${link}`;
    byId('link').hidden = false;
  };
  source.onmessage = (message) => {
    const next = applyEvent(data, JSON.parse(message.data));
    // A list that is open would close under the reader's hand: what came is drawn with the next.
    if (document.activeElement?.tagName === 'SELECT' && next.live) data = next; else load(next);
    setLink(data.live ? 'live' : 'ended');
  };
  source.onerror = () => { if (link !== 'ended') setLink('lost'); };
}

function start() {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  setTheme(dark.matches ? 'dark' : 'light');
  dark.addEventListener('change', () => { setTheme(dark.matches ? 'dark' : 'light'); render(); });
  // Paper is white.
  let screenTheme = null;
  addEventListener('beforeprint', () => {
    screenTheme = document.documentElement.dataset.theme;
    setTheme('light');
    render();
  });
  addEventListener('afterprint', () => { setTheme(screenTheme ?? 'light'); render(); });
  addEventListener('keydown', press);
  addEventListener('resize', () => paint());
  addEventListener('popstate', () => {
    shown = parseAddress(location.hash);
    replay.seek(shown.t);
    render();
    if (shown.t !== null) seek(shown.t);
  });
  for (const button of document.querySelectorAll('[data-go]')) {
    button.addEventListener('click', () => {
      const row = rowOf(shown.row) ?? rows[0];
      go({ view: button.dataset.go, row: row?.key ?? null });
    });
  }
  byId('play').addEventListener('click', toggle);
  byId('speed').addEventListener('click', () => { replay.faster(); paint(); });
  byId('time').addEventListener('input', (event) => seek(Number(event.target.value)));
  for (const id of ['show-help', 'close-help']) byId(id).addEventListener('click', turnHelp);
  byId('keys').append(...keyHelp.flatMap(([key, words]) =>
    [element('dt', { text: key }), element('dd', { text: words })]));
  load(JSON.parse(byId('data').textContent));
  if (shown.t !== null) { replay.seek(shown.t); paint(); }
  if (data.live) listen();
  document.body.dataset.ready = 'true';
}

start();
