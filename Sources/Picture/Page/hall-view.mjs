// The hall: a tile for each row, to be read from the last row of a hall.

import { CanvasPen } from './canvas-pen.mjs';
import { element, fitted, theme } from './dom.mjs';
import { drawRow, rowLayout } from './draw-row.mjs';
import { headline, verdictWord } from './model.mjs';
import { grouped } from './scale.mjs';
import { rowsTable } from './tables.mjs';

const caption = 'A line is a pod, a mark a failed request, a red end lost operations; a digit or a '
  + 'click opens a row. Failed: the client got no 200. Lost: it got its answer, and the operation '
  + 'was never logged. “As predicted”: the row shows what the talk says, which may be that '
  + 'requests fail.';

// - app: `{rows, open(key)}`.
export function hallView(app) {
  const pictures = [];
  const names = [...new Set(app.rows.map((row) => row.name))];
  const tiles = names.map((name) => {
    const all = app.rows.filter((row) => row.name === name);
    return tile(app, all[0], all[1], pictures);
  });
  const paint = () => {
    for (const { canvas, row } of pictures) {
      const { width, height, context } = fitted(canvas);
      if (width > 0) drawRow(new CanvasPen(context, theme()), row, small(row, width, height));
    }
  };
  const body = element('section', { class: 'hall', 'data-view': 'hall' },
    element('div', { class: 'tiles', 'data-count': names.length }, ...tiles),
    element('p', { class: 'caption', text: caption }),
    element('details', { class: 'numbers' }, element('summary', { text: 'The numbers as a table' }),
      rowsTable(app.rows)));
  return { element: body, paint };
}

function small(row, width, height) {
  return rowLayout(row, width, height, { isSmall: true });
}

function tile(app, row, other, pictures) {
  const { number, noun, of, things } = headline(row);
  const canvas = element('canvas', { 'aria-hidden': 'true' });
  pictures.push({ canvas, row });
  const isLoud = number > 0;
  // A row that loses operations fails no request, and the other way round: both are worth saying.
  const where = other ? ' rehearsed' : '';
  const also = row.totals.lost === null ? `of ${grouped(of)} ${things}${where}`
    : `of ${grouped(of)} ${things}${where}; ${grouped(row.totals.failed)} requests failed`;
  const second = other
    ? `on a cluster ${grouped(headline(other).number)} of ${grouped(headline(other).of)}` : null;
  return element('button', {
    class: 'tile', 'data-row': row.key, type: 'button', onclick: () => app.open(row.key),
    'aria-label': `Row ${row.name}, ${row.news}: ${grouped(number)} ${things} ${noun} ${also}; `
      + `verdict ${verdictWord(row)}`,
  },
  element('span', { class: 'top' }, element('b', { class: 'name', text: row.name }),
    element('span', { class: 'news', text: row.news })),
  element('span', { class: `figure${isLoud ? ' loud' : ' none'}` },
    element('span', { class: 'number', text: grouped(number) }),
    element('span', { class: 'noun', text: noun }), badge(row)),
  element('span', { class: 'also', text: [also, second].filter(Boolean).join(' · ') }),
  element('span', { class: 'small-picture' }, canvas));
}

// The verdict as a word; while a row runs, its phase. Nothing is green where requests may fail.
export function badge(row) {
  const { word } = row.verdict;
  const kind = word === 'FAILS' ? 'fails' : word === 'holds' && !row.isTalk ? 'holds' : 'open';
  return element('span', { class: `badge ${kind}`, text: verdictWord(row) });
}
