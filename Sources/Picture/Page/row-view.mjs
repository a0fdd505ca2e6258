// One row large: its headline, the legend, the time-line, and the numbers as tables.

import { CanvasPen } from './canvas-pen.mjs';
import { element, fitted, layerOf, placeTip, theme } from './dom.mjs';
import { drawContent, drawEnds, drawFrame, place, rowLayout, shortName } from './draw-row.mjs';
import { badge } from './hall-view.mjs';
import { grid, nearest } from './hit.mjs';
import { classLegend, stateLegend } from './legend.mjs';
import { failedBy, headline, lostBy, since } from './model.mjs';
import { grouped, milliseconds, seconds } from './scale.mjs';
import { claimsTable, countsTable, podsTable } from './tables.mjs';

// - app: `{replay, chosen, openWhy(key, pod), say(text)}`.
export function rowView(app, row) {
  const picture = rowPicture(app, row);
  const body = element('section', { class: 'row', 'data-view': 'row', 'data-row': row.key },
    rowHead(row), classLegend(row), picture.element, stateLegend(row), notes(row),
    element('details', { class: 'numbers' }, element('summary', { text: 'The numbers as tables' }),
      countsTable(row), claimsTable(row), podsTable(row)));
  return { element: body, paint: picture.paint, select: picture.select };
}

export function rowHead(row) {
  const { number, noun, of, things } = headline(row);
  const failed = row.totals.lost === null || row.totals.failed === 0 ? ''
    : `; ${grouped(row.totals.failed)} requests failed`;
  const where = [row.stage, row.began?.replace('T', ' ').replace('Z', ' UTC'), row.commit,
    row.file].filter(Boolean).join(' · ');
  return element('header', { class: 'head' },
    element('h1', {}, element('b', { text: row.name }), ` ${row.news}`), badge(row),
    element('p', { class: `figure${number > 0 ? ' loud' : ' none'}` },
      element('span', { class: 'number', text: grouped(number) }),
      element('span', { class: 'noun', text: `${noun} of ${grouped(of)} ${things}${failed}` })),
    element('p', { class: 'where', text: where }));
}

function notes(row) {
  if (row.missing.length === 0) return null;
  return element('p', { class: 'missing', text: `Not shown: ${row.missing.join('; ')}.` });
}

// The time-line on a canvas. All is drawn once; a replay cuts it off at its instant.
// - window: `{from, to}`, other than the row's own.
export function rowPicture(app, row, window = {}, offset = 0) {
  const canvas = element('canvas', { role: 'img', 'aria-label': labelOf(row) });
  const tip = element('div', { class: 'tip', hidden: true });
  const box = element('div', { class: 'picture', tabindex: '0', 'data-picture': row.key },
    canvas, tip);
  let state = null;
  const kept = app.chosen.get(row.key);
  let chosen = kept === undefined ? -1 : row.failures.findIndex((one) => one.id === kept);

  const paint = () => {
    const { width, height, context } = fitted(canvas);
    if (width === 0) return;
    const key = [canvas.width, canvas.height, theme()].join();
    if (state?.key !== key) state = { key, ...prepare(row, canvas, width, height, window) };
    const { layout, frame, content } = state;
    const until = app.replay.until + offset;
    const draw = (layer) => context.drawImage(layer, 0, 0, width, height);
    draw(frame);
    if (until < layout.scale.to) {
      context.globalAlpha = 0.13;
      draw(content);
      context.globalAlpha = 1;
      const x = layout.scale.x(until);
      context.save();
      context.beginPath();
      context.rect(0, 0, x, height);
      context.clip();
      draw(content);
      context.restore();
      const pen = new CanvasPen(context, theme());
      drawEnds(pen, row, layout, until);
      pen.line(x, 4, x, height - layout.axis, 'ink', { width: 2 });
      const words = soFar(row, until);
      const isLeft = x > width - 260;
      pen.text(x + (isLeft ? -8 : 8), height - layout.axis - layout.rates - 8, words,
        { size: 16, weight: 700, align: isLeft ? 'right' : 'left' });
    } else {
      draw(content);
      drawEnds(new CanvasPen(context, theme()), row, layout);
    }
    tip.hidden = chosen < 0;
    if (chosen < 0) return;
    const point = place(row.failures[chosen], layout);
    ring(context, point, layout.radius);
    placeTip(tip, canvas, point, failureText(row, row.failures[chosen]));
  };

  const show = (index) => {
    chosen = index;
    if (index < 0) app.chosen.delete(row.key); else app.chosen.set(row.key, row.failures[index].id);
    paint();
  };
  const hit = (event) => {
    if (!state) return null;
    const frame = canvas.getBoundingClientRect();
    return nearest(state.marks, event.clientX - frame.left, event.clientY - frame.top, 10);
  };
  box.addEventListener('pointermove', (event) => {
    const found = hit(event);
    box.classList.toggle('on-mark', found !== null);
    show(found ? found.index : -1);
  });
  box.addEventListener('pointerleave', () => show(-1));
  box.addEventListener('click', (event) => {
    const found = hit(event);
    const frame = canvas.getBoundingClientRect();
    const { layout } = state;
    const lane = Math.floor((event.clientY - frame.top - layout.top) / layout.lane);
    const pod = row.pods[found ? row.failures[found.index].lane : lane];
    if (pod?.deletion !== undefined) app.openWhy(row.key, pod.name);
  });
  // The next failure, or the last one.
  const select = (direction) => {
    if (row.failures.length === 0 || !state) return;
    const { length } = row.failures;
    const next = chosen < 0 ? (direction > 0 ? 0 : length - 1) : chosen + direction;
    show(Math.max(0, Math.min(length - 1, next)));
    app.say(failureText(row, row.failures[chosen]));
  };
  return { element: box, paint, select };
}

function prepare(row, canvas, width, height, window) {
  const layout = rowLayout(row, width, height, window);
  const layer = (draw) =>
    layerOf(canvas, (context) => draw(new CanvasPen(context, theme()), row, layout));
  const marks = row.failures.map((failure, index) => ({ ...place(failure, layout), index }));
  return { layout, frame: layer(drawFrame), content: layer(drawContent), marks: grid(marks) };
}

function ring(context, { x, y }, radius) {
  context.beginPath();
  context.arc(x, y, radius * 2, 0, Math.PI * 2);
  context.lineWidth = 2.5;
  context.strokeStyle = getComputedStyle(document.documentElement).getPropertyValue('--ink');
  context.stroke();
}

// The number of the headline at an instant of a replay.
function soFar(row, t) {
  const number = row.totals.lost === null ? failedBy(row, t) : lostBy(row, t);
  const { number: all, noun } = headline(row);
  return `by ${seconds(Math.max(t, 0))}: ${grouped(number)} of ${grouped(all)} ${noun}`;
}

// What is said of a failure that is pointed at.
export function failureText(row, failure) {
  const { deletion, sigterm } = since(row, failure);
  const lines = [
    `${failure.outcome}, ${failure.door} ${failure.kind}`,
    `request ${failure.id}, sent at ${seconds(failure.t, 3)}, took ${milliseconds(failure.took)}`,
    failure.pod ? `pod ${shortName(failure.pod)}` : 'sent to no known pod',
  ];
  if (deletion !== undefined) {
    lines[2] += `, ${milliseconds(deletion)} after its deletion`;
    if (sigterm !== undefined) lines[2] += `, ${milliseconds(sigterm)} after SIGTERM`;
  } else if (failure.pod) {
    lines[2] += ', before its deletion';
  }
  return lines.join('\n');
}

function labelOf(row) {
  const { number, noun, of, things } = headline(row);
  return `Time-line of row ${row.name}: ${row.pods.length} pods over ${seconds(row.end)}; `
    + `${grouped(number)} of ${grouped(of)} ${things} ${noun}. The tables below hold the numbers.`;
}
