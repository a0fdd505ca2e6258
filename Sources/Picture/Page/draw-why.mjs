// Draws why requests fell: the kubelet's path above, the proxies' below, and between them the
// requests in the gap.

import { roleOf } from './classes.mjs';
import { milliseconds, ticks, timeScale } from './scale.mjs';
import { after, before } from './why.mjs';

// Where everything stands, for a picture of this size.
export function whyLayout(scene, width, height) {
  const unit = Math.max(10, Math.min(19, height / 36, width / 62));
  const isNarrow = width < 640;
  const left = isNarrow ? 14 : unit * 11.5;
  const right = width - unit * 1.2;
  const head = unit * (isNarrow ? 4.2 : 3.4);
  const bar = Math.max(unit * 2.2, height * 0.085);
  const foot = height - unit * 2;
  const kubelet = head + unit * 1.4;
  const proxies = foot - bar - unit * 2.6;
  const middle = { top: kubelet + bar + unit * 1.8, bottom: proxies - unit * 2.6 };
  const lines = Math.max(scene.lines.length, 1);
  const line = Math.min((middle.bottom - middle.top) / lines, unit * 6);
  return {
    width, height, unit, left, right, bar, foot, kubelet, proxies, middle, line, isNarrow, head,
    scale: timeScale(-before, after, left, right),
    radius: Math.max(4, Math.min(unit * 0.6, line * 0.3)),
  };
}

// The marks with their places, for drawing and for finding the one under the pointer.
export function whyMarks(scene, layout) {
  const { middle, line, radius, scale } = layout;
  const top = (middle.top + middle.bottom - line * scene.lines.length) / 2;
  return scene.lines.flatMap((one, index) => {
    const centre = top + (index + 0.5) * line;
    // Those that would cover each other go up and down by turns, as far as the line is high.
    const ends = [];
    return one.failures.map((failure) => {
      const x = scale.x(failure.x);
      let level = ends.findIndex((end) => x - end > radius * 2.1);
      if (level < 0) level = ends.length;
      ends[level] = x;
      const step = Math.ceil(level / 2) * (level % 2 === 1 ? -1 : 1);
      const reach = Math.max(0, line * 0.46 - radius);
      const y = centre + Math.max(-reach, Math.min(reach, step * radius * 1.7));
      return { failure, x, y, centre, shape: one.shape };
    });
  });
}

// - until: seconds from the deletion up to which it is drawn.
export function drawWhy(pen, scene, layout, until = Infinity) {
  drawGrid(pen, layout);
  drawGap(pen, scene, layout, until);
  drawKubelet(pen, scene, layout, until);
  drawProxies(pen, scene, layout, until);
  drawFailures(pen, scene, layout, until);
}

function drawGrid(pen, { scale, head, foot, unit, height }) {
  for (const t of ticks(scale.from, scale.to, (scale.right - scale.left) / (unit * 4))) {
    const x = scale.x(t);
    pen.line(x, head, x, foot, 'grid');
    const text = t === 0 ? '0' : `${t > 0 ? '+' : '−'}${Math.abs(t)} s`;
    pen.text(x, height - unit * 0.5, text, { role: 'quiet', size: unit * 0.85, align: 'center' });
  }
}

// The shade between the end of service and the proxies' knowledge of it.
function drawGap(pen, scene, layout, until) {
  const { scale, unit, kubelet, proxies, bar, middle } = layout;
  if (!scene.gap || scene.gap.from > after || scene.gap.from > until) return;
  const isGap = scene.gap.length > 0;
  const [from, to] = isGap ? [scene.gap.from, scene.gap.to] : [scene.gap.to, scene.gap.from];
  const [x, end] = [scale.x(from), scale.x(Math.min(to, until, after))];
  const role = isGap ? 'gap' : 'spare';
  pen.rect(x, kubelet + bar, Math.max(end - x, 1), proxies - kubelet - bar, role,
    { alpha: isGap ? 0.2 : 0.12 });
  pen.line(x, kubelet + bar, x, proxies, role, { width: 1.5 });
  if (until < to) return;
  pen.line(end, kubelet + bar, end, proxies, role, { width: 1.5 });
  const y = isGap ? middle.bottom + unit * 1.7 : (middle.top + middle.bottom) / 2;
  const length = milliseconds(Math.abs(scene.gap.length));
  const words = isGap ? `the gap: ${length}` : `${length} to spare`;
  const size = unit * (isGap ? 1.35 : 1.6);
  const width = pen.width(words, { size, weight: 700 });
  // Beside the gap when it is narrower than its name.
  const isInside = width < end - x - unit;
  pen.text(isInside ? (x + end) / 2 : end + unit * 0.6, y, words,
    { role, size, weight: 700, align: isInside ? 'center' : 'left' });
}

function drawKubelet(pen, scene, layout, until) {
  const { scale, unit, kubelet, bar, head } = layout;
  title(pen, layout, kubelet, ['the pod', 'the kubelet stops it']);
  const draw = (state, from, to, words) => {
    const [x, end] = [scale.x(Math.max(from, -before)), scale.x(Math.min(to, until, after))];
    if (!(end > x) || from > until) return;
    pen.rect(x, kubelet, Math.max(end - x, 2), bar, state);
    const text = { size: unit, weight: 600, align: 'center' };
    if (words && pen.width(words, text) < end - x - unit * 0.6) {
      const role = state === 'killed' || state === 'draining' ? 'paper' : 'ink';
      pen.text((x + end) / 2, kubelet + bar * 0.5 + unit * 0.36, words, { ...text, role });
    }
  };
  const { sigterm, preStop, exit } = scene;
  draw('ready', -before, 0, 'serves');
  if (preStop !== undefined) {
    const sleeps = Math.round(sigterm === undefined ? NaN : sigterm - preStop);
    draw('preStop', preStop, sigterm ?? after,
      `serves on: preStop${sleeps > 0 ? ` sleeps ${sleeps} s` : ''}`);
  } else {
    draw('deleted', 0, sigterm ?? after, 'deleted');
  }
  if (sigterm !== undefined) {
    const state = scene.isKilled ? 'killed' : 'draining';
    draw(state, sigterm, exit ?? after, scene.isKilled ? 'serves on, ignores SIGTERM' : 'drains');
  }
  flag(pen, layout, 0, 'deletion', head, until, 0);
  if (sigterm !== undefined) flag(pen, layout, sigterm, 'SIGTERM', head, until, 1);
  if (exit !== undefined && exit <= after) {
    const code = scene.pod.code === undefined ? 'exit' : `exit ${scene.pod.code}`;
    flag(pen, layout, exit, code, head, until, 2);
  } else if (exit !== undefined) {
    const words = `exit ${scene.pod.code ?? ''} at +${milliseconds(exit)} →`;
    const style = { size: unit, weight: 600, align: 'right' };
    pen.text(layout.right, kubelet - unit * 0.5, words, style);
  }
}

// A mark on the kubelet's path with its name above; the names stand one below the other.
function flag(pen, layout, t, words, head, until, place) {
  const { scale, unit, kubelet, bar } = layout;
  if (t > until || t > after) return;
  const x = scale.x(t);
  const y = head - unit * 2.1 + place * unit * 1.15;
  pen.line(x, y + unit * 0.25, x, kubelet + bar, 'ink', { width: 2 });
  pen.text(x + unit * 0.35, y + unit * 0.35, words, { size: unit, weight: 700 });
}

function drawProxies(pen, scene, layout, until) {
  const { scale, unit, proxies, bar } = layout;
  title(pen, layout, proxies, ['the proxies', 'forget it']);
  const leaves = scene.leaves ?? after;
  const to = Math.min(leaves, until, after);
  const x = scale.x(-before);
  const deletion = scale.x(0);
  pen.rect(x, proxies, scale.x(Math.min(0, to)) - x, bar, 'ready');
  const inside = { size: unit, weight: 600, align: 'center' };
  const name = ['send to it', 'send'].find((one) => pen.width(one, inside) < deletion - x);
  if (name) pen.text((x + deletion) / 2, proxies + bar * 0.5 + unit * 0.36, name, inside);
  if (to > 0) {
    pen.rect(deletion, proxies, Math.max(scale.x(to) - deletion, 2), bar, 'inTable');
    const still = 'still send';
    if (pen.width(still, inside) < scale.x(to) - deletion - unit * 0.4) {
      pen.text((deletion + scale.x(to)) / 2, proxies + bar * 0.5 + unit * 0.36, still, inside);
    }
  }
  pen.line(deletion, proxies, deletion, proxies + bar + unit * 0.5, 'ink', { width: 2 });
  if (scene.leaves === undefined || scene.leaves > Math.min(until, after)) return;
  const end = scale.x(leaves);
  pen.line(end, proxies, end, proxies + bar + unit * 0.5, 'ink', { width: 2 });
  const lag = milliseconds(leaves);
  const words = [`out of their tables, ${lag} after the deletion`, `out after ${lag}`]
    .find((one) => pen.width(one, inside) < layout.right - end - unit) ?? lag;
  pen.text(end + unit * 0.5, proxies + bar * 0.5 + unit * 0.36, words,
    { size: unit, weight: 600 });
}

function title(pen, { isNarrow, left, unit, bar }, y, words) {
  if (isNarrow) {
    pen.text(left, y + bar + unit * 1.3, words.join(' '), { role: 'quiet', size: unit });
    return;
  }
  words.forEach((line, index) => {
    pen.text(left - unit * 0.8, y + bar / 2 + (index - 0.15) * unit * 1.15, line,
      { size: unit, weight: index === 0 ? 700 : 400, align: 'right' });
  });
}

function drawFailures(pen, scene, layout, until) {
  const { unit, left, scale, middle, line, radius, isNarrow } = layout;
  if (scene.lines.length === 0 && (scene.gap?.length ?? 0) > 0) {
    const x = scale.x(Math.max(scene.gap.to, 0)) + unit;
    pen.text(x, (middle.top + middle.bottom) / 2, 'no request fell into it', { size: unit * 1.2 });
  }
  const marks = whyMarks(scene, layout);
  const top = (middle.top + middle.bottom - line * scene.lines.length) / 2;
  scene.lines.forEach((one, index) => {
    const count = one.failures.filter((failure) => failure.x <= until).length;
    const words = isNarrow ? `${count} ${one.outcome}` : one.outcome;
    const y = top + (index + 0.5) * line + unit * 0.36;
    pen.text(isNarrow ? left : left - unit * 3, y, words,
      { role: roleOf(one.outcome), size: unit, weight: 600, align: isNarrow ? 'left' : 'right' });
    if (!isNarrow) {
      pen.text(left - unit * 0.8, y, String(count),
        { size: unit * 1.5, weight: 700, align: 'right' });
    }
  });
  for (const { failure, x, y } of marks) {
    if (failure.x > until || failure.took < 0.02) continue;
    const end = scale.x(Math.min(failure.x + failure.took, until, after));
    pen.line(x, y, end, y, roleOf(failure.outcome), { width: 1.5, alpha: 0.35 });
  }
  for (const { failure, x, y, shape } of marks) {
    if (failure.x <= until) pen.mark(shape, x, y, radius, roleOf(failure.outcome));
  }
}
