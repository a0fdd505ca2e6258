// Draws a row's time-line: phases, a lane for each pod, the failed requests, and what was sent.

import { classOf, roleOf } from './classes.mjs';
import { inTables, instants, segments } from './pods.mjs';
import { grouped, ticks, timeScale } from './scale.mjs';

// Where everything stands, for a picture of this size. `isSmall` is a tile of the hall.
export function rowLayout(row, width, height, options = {}) {
  const { isSmall = false, from, to, hasNames, hasLost = row.totals.lost > 0, worst } = options;
  const names = !isSmall && (hasNames ?? width >= 700);
  const left = isSmall ? 2 : names ? 96 : 12;
  const right = width - (isSmall ? 2 : hasLost ? 96 : 42);
  const top = isSmall ? 2 : 30;
  const rates = isSmall || !row.series ? 0 : Math.min(96, Math.max(48, height * 0.16));
  const axis = isSmall ? 0 : 24;
  const bottom = height - axis - rates - (rates > 0 ? 12 : 2);
  const lane = Math.max((bottom - top) / Math.max(row.lanes, 1), isSmall ? 0.5 : 3);
  return {
    width, height, isSmall, names: names && lane >= 9, top, bottom, lane, rates, axis,
    worst: worst ?? worstStep(row),
    radius: isSmall ? 2.2 : Math.min(6, Math.max(2.6, lane * 0.3)),
    scale: timeScale(from ?? row.start, to ?? row.end, left, right),
    y: (index) => top + index * lane,
  };
}

// The most failures of one step: what the strip of failures is scaled by.
export function worstStep(row) {
  return Math.max(1, ...(row.series?.failed ?? []));
}

// All of it: what stands still, and what time reveals.
export function drawRow(pen, row, layout) {
  if (!layout.isSmall) drawFrame(pen, row, layout);
  drawContent(pen, row, layout);
  drawEnds(pen, row, layout);
}

// What happens in time. A replay shows it up to an instant, by cutting the picture off there.
export function drawContent(pen, row, layout) {
  for (const pod of row.pods) drawPod(pen, pod, layout, row.end);
  for (const failure of row.failures) {
    const { x, y } = place(failure, layout);
    pen.mark(classOf(failure.outcome).shape, x, y, layout.radius, roleOf(failure.outcome));
  }
  if (layout.rates > 0) drawRates(pen, row, layout);
}

// Where the mark of a failure stands: at the instant of its sending, on its pod's lane.
export function place(failure, layout) {
  return {
    x: layout.scale.x(failure.t),
    y: layout.y(failure.lane) + layout.lane * (layout.isSmall ? 0.5 : 0.42),
  };
}

function label(layout) {
  return { role: 'quiet', size: Math.min(12, layout.lane * 0.75), align: 'right' };
}

// Phases, axis, names and units.
export function drawFrame(pen, row, layout) {
  const { scale, top, bottom, height, axis } = layout;
  const foot = height - axis;
  row.phases.forEach((phase, index) => {
    const [x, end] = [scale.x(phase.from), scale.x(phase.to)];
    if (index % 2 === 1) pen.rect(x, top - 24, end - x, foot - top + 24, 'grid', { alpha: 0.7 });
    pen.line(x, top - 24, x, foot, 'faint');
    const words = { size: 14, weight: 600 };
    const isLast = index === row.phases.length - 1;
    // The last one has the margin, too.
    const room = (isLast ? layout.width : end) - x - 6;
    if (pen.width(phase.phase, words) < room) pen.text(x + 6, top - 10, phase.phase, words);
  });
  for (const t of ticks(scale.from, scale.to, (scale.right - scale.left) / 90)) {
    const x = scale.x(t);
    pen.line(x, top, x, foot, 'grid');
    pen.text(x, height - 7, `${t} s`, { role: 'quiet', align: 'center' });
  }
  pen.line(scale.left, foot, scale.right, foot, 'faint');
  if (row.pods.length === 0) pen.text(scale.left + 8, (top + bottom) / 2, 'no pods yet');
  if (layout.names) {
    for (const pod of row.pods) {
      const y = layout.y(pod.lane) + layout.lane * 0.65;
      pen.text(scale.left - 8, y, shortName(pod.name), label(layout));
    }
    if (row.lanes > row.pods.length) {
      const y = layout.y(row.pods.length) + layout.lane * 0.65;
      pen.text(scale.left - 8, y, 'no pod', label(layout));
    }
  }
  if (layout.rates > 0) drawUnits(pen, row, layout);
}

function drawPod(pen, pod, layout, now) {
  const { scale, lane, isSmall } = layout;
  const y = layout.y(pod.lane);
  const gapless = isSmall ? lane * 0.9 : lane * 0.62;
  const bar = Math.max(gapless, 0.5);
  const clip = (t) => Math.max(scale.left, Math.min(scale.right, scale.x(t)));
  for (const { state, from, to } of segments(pod, now)) {
    const [x, end] = [clip(from), clip(to)];
    // What lasts a moment is still seen.
    const isThin = state === 'starting';
    const height = isThin ? bar * 0.45 : bar;
    const inset = (bar - height) / 2;
    pen.rect(x, y + lane * 0.1 + inset, Math.max(end - x, 0.8), height, state);
  }
  if (isSmall) {
    if (pod.lost > 0) pen.rect(clip(instants(pod).exit) - 2, y + lane * 0.1, 4, bar, 'lost');
    return;
  }
  const table = inTables(pod, now);
  if (table && lane >= 5) {
    const [x, end] = [clip(table.from), clip(table.to)];
    const height = Math.max(1.2, lane * 0.12);
    pen.rect(x, y + lane * 0.76, end - x, height, 'table', { alpha: 0.55 });
    const at = instants(pod);
    if (at.deletion !== undefined && at.deletion < table.to) {
      const begin = clip(at.deletion);
      pen.rect(begin, y + lane * 0.74, Math.max(end - begin, 1), height * 1.5, 'inTable');
    }
  }
  drawSignals(pen, pod, layout, now);
}

// SIGTERM and exit.
function drawSignals(pen, pod, layout, now) {
  const { scale, lane } = layout;
  const at = instants(pod);
  const y = layout.y(pod.lane);
  const isShown = (t) => t !== undefined && t <= now && t >= scale.from && t <= scale.to;
  if (isShown(at.sigterm)) {
    const x = scale.x(at.sigterm);
    pen.line(x, y + lane * 0.02, x, y + lane * 0.8, 'ink', { width: 1.5 });
  }
  if (!isShown(at.exit)) return;
  const x = scale.x(at.exit);
  pen.line(x, y + lane * 0.1, x, y + lane * 0.72, 'ink', { width: 2.5 });
}

// At the end of each lane that had ended by an instant: the exit code, and the operations that were
// lost with the pod. It stands beside the instant, so that a replay cannot cut it off there.
export function drawEnds(pen, row, layout, until = Infinity) {
  if (layout.isSmall || layout.lane < 9) return;
  for (const pod of row.pods) {
    const { exit } = instants(pod);
    const isShown = exit >= layout.scale.from && exit <= Math.min(until, row.end);
    if (isShown) drawEnd(pen, pod, exit, layout);
  }
}

function drawEnd(pen, pod, exit, layout) {
  const { scale, lane } = layout;
  const y = layout.y(pod.lane);
  const x = scale.x(exit);
  const size = Math.min(12, lane * 0.72);
  const code = pod.code === undefined ? '' : String(pod.code);
  const last = (pod.lastFailure ?? -Infinity) > exit - 1
    ? scale.x(pod.lastFailure) + layout.radius : x;
  const start = Math.max(x, last) + 5;
  pen.text(start, y + lane * 0.65, code, { role: 'quiet', size });
  if (pod.lost > 0) {
    pen.text(start + 6 + pen.width(code, { size }), y + lane * 0.68, `${grouped(pod.lost)} lost`,
      { role: 'lost', size: Math.min(14, size * 1.15), weight: 700 });
  }
}

// Above what was sent in each step, below what failed, each on a scale of its own.
function ratesLayout(row, { height, axis, rates, worst }) {
  const { sent } = row.series;
  const foot = height - axis;
  return {
    foot, middle: foot - rates * 0.45, top: foot - rates,
    most: Math.max(1, ...sent), worst,
  };
}

function drawRates(pen, row, layout) {
  const { scale } = layout;
  const { step, sent, failed } = row.series;
  const { foot, middle, top, most, worst } = ratesLayout(row, layout);
  const points = [[scale.x(0), middle - 2]];
  sent.forEach((number, index) => {
    const x = scale.x((index + 0.5) * step);
    points.push([x, middle - 2 - (number / most) * (middle - top - 4)]);
    if (failed[index] > 0) {
      const tall = (failed[index] / worst) * (foot - middle - 2);
      const width = Math.max(1.6, scale.x(step) - scale.x(0) - 0.5);
      pen.rect(x - width / 2, foot - tall, width, tall, 'failed');
    }
  });
  points.push([scale.x(sent.length * step), middle - 2]);
  pen.polygon(points, 'sent');
}

function drawUnits(pen, row, layout) {
  const { scale } = layout;
  const { foot, middle, top, most, worst } = ratesLayout(row, layout);
  pen.line(scale.left, middle, scale.right, middle, 'faint');
  const { step } = row.series;
  const text = { role: 'quiet', size: 11, align: layout.names ? 'right' : 'left' };
  const x = layout.names ? scale.left - 8 : scale.left + 4;
  pen.text(x, top + 10, `${grouped(most / step)} sent/s`, text);
  // A few failures in a moment are no rate.
  const failures = row.totals.failed > 0 ? `${grouped(worst)} failed/${step} s` : 'none failed';
  pen.text(x, Math.min(middle + 13, foot - 2), failures, text);
}

// The end of a name tells pods apart: `calc-1-0`, or `…-2tfvv` on a cluster.
export function shortName(name) {
  return name.length <= 12 ? name : `…${name.slice(-11)}`;
}
