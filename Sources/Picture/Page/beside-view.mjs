// Beside: two rows above each other on one time axis, their first deletions aligned.

import { aligned, differences } from './beside.mjs';
import { element } from './dom.mjs';
import { worstStep } from './draw-row.mjs';
import { firstDeletion } from './model.mjs';
import { classLegend } from './legend.mjs';
import { rowHead, rowPicture } from './row-view.mjs';

export function besideView(app, one, other) {
  const windows = aligned(one, other);
  const offset = (firstDeletion(other) ?? 0) - (firstDeletion(one) ?? 0);
  // Both keep their margins and their scale, so that one can be held against the other.
  const margins = {
    hasNames: window.innerWidth >= 700, hasLost: one.totals.lost > 0 || other.totals.lost > 0,
    worst: Math.max(worstStep(one), worstStep(other)),
  };
  const pictures = [
    rowPicture(app, one, { ...windows[0], ...margins }),
    rowPicture(app, other, { ...windows[1], ...margins }, offset),
  ];
  const half = (row, picture, choose) => element('div', { class: 'half' },
    element('div', { class: 'half-head' }, rowHead(row), choice(app, row, choose)),
    classLegend(row), picture.element);
  const body = element('section', { class: 'beside', 'data-view': 'beside', 'data-row': one.key },
    element('ul', { class: 'words differences' },
      ...differences(one, other).map((text) => element('li', { text }))),
    half(one, pictures[0], (key) => app.openBeside(key, other.key)),
    half(other, pictures[1], (key) => app.openBeside(one.key, key)));
  const paint = () => pictures.forEach((picture) => picture.paint());
  return { element: body, paint, select: pictures[0].select };
}

function choice(app, row, choose) {
  return element('label', { class: 'choice' }, 'row ',
    element('select', { 'aria-label': 'row', onchange: (event) => choose(event.target.value) },
      ...app.rows.map((one) => element('option', {
        value: one.key, selected: one.key === row.key,
        text: `${one.name} ${one.stage === 'cluster' ? '(cluster)' : ''}`,
      }))));
}

// What a row is shown beside when nothing else is asked for: the other act of its step, or the step
// before, whose fault it mends.
export function companion(rows, row) {
  const same = rows.filter((one) => one.stage === row.stage);
  const index = same.indexOf(row);
  return same.find((one) => one.name === otherAct(row.name)) ?? same[index - 1] ?? same[index + 1]
    ?? rows.find((one) => one !== row) ?? row;
}

// 6 and 6g.
export function otherAct(name) {
  return name.endsWith('g') ? name.slice(0, -1) : `${name}g`;
}
