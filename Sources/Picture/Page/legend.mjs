// What shapes and colours mean, beside the numbers of each class.

import { CanvasPen } from './canvas-pen.mjs';
import { classes, classOf, roleOf } from './classes.mjs';
import { element, theme } from './dom.mjs';
import { byClass } from './model.mjs';
import { segments } from './pods.mjs';
import { grouped } from './scale.mjs';

const states = [
  ['starting', 'starting'], ['ready', 'ready'], ['deleted', 'deleted'],
  ['preStop', 'preStop: serves on'], ['draining', 'draining: ends what is under way'],
  ['killed', 'serves on, ignores SIGTERM until SIGKILL'],
];

// The classes that occurred, each with its number; null where there is none.
export function classLegend(row) {
  const sums = byClass(row.counts);
  const names = classes.map((one) => one.name).filter((name) => sums[name] > 0)
    .concat(Object.keys(sums).filter((name) => classOf(name).words.includes('does not know')));
  if (names.length === 0) return null;
  return element('ul', { class: 'legend classes', 'aria-label': 'failures by class' },
    ...names.map((name) => element('li', { title: classOf(name).words, 'data-class': name },
      swatch(name), element('b', { class: 'count', text: grouped(sums[name]) }),
      element('span', { text: name }),
      element('span', { class: 'meaning', text: classOf(name).words }))));
}

// The states that occur in the row, and what the strip below a lane is.
export function stateLegend(row) {
  const all = row.pods.flatMap((pod) => segments(pod, row.end));
  const occurs = new Set(all.filter(({ from, to }) => to - from > 0.01).map(({ state }) => state));
  const items = states.filter(([state]) => occurs.has(state)).map(([state, words]) =>
    element('li', {}, element('i', { class: `swatch state-${state}` }),
      element('span', { text: words })));
  items.push(
    element('li', {}, element('i', { class: 'swatch strip' }),
      element('span', { text: 'proxies send to it' })),
    element('li', {}, element('i', { class: 'swatch strip in-table' }),
      element('span', { text: 'proxies still send to it, though it is deleted' })),
    element('li', {}, element('span', { text: '| SIGTERM   ┃ exit, with its code' })));
  return element('ul', { class: 'legend states' }, ...items);
}

function swatch(name) {
  const canvas = element('canvas', { class: 'mark', width: 36, height: 36, 'aria-hidden': 'true' });
  const context = canvas.getContext('2d');
  context.scale(2, 2);
  new CanvasPen(context, theme()).mark(classOf(name).shape, 9, 9, 6, roleOf(name));
  return canvas;
}
