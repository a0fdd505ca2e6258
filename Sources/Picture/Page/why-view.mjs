// Why: one deleted pod large, with its two paths and the requests between them.

import { CanvasPen } from './canvas-pen.mjs';
import { element, fitted, placeTip, theme } from './dom.mjs';
import { drawWhy, whyLayout, whyMarks } from './draw-why.mjs';
import { badge } from './hall-view.mjs';
import { grid, nearest } from './hit.mjs';
import { failureText } from './row-view.mjs';
import { deletedPods, failuresOf, mostInstructive, whyScene, whyWords } from './why.mjs';

// - name: of the pod; null for the one that teaches most.
export function whyView(app, row, name) {
  const pods = deletedPods(row);
  const pod = pods.find((one) => one.name === name) ?? mostInstructive(row);
  const head = element('header', { class: 'head' },
    element('h1', {}, element('b', { text: row.name }), ` ${row.news}`), badge(row));
  if (!pod) {
    return {
      element: element('section', { class: 'why', 'data-view': 'why', 'data-row': row.key }, head,
        element('p', { class: 'words', text: 'No pod of this row was deleted.' })),
      paint() {}, select() {},
    };
  }
  const scene = whyScene(row, pod);
  const choice = element('select', {
    'aria-label': 'pod', onchange: (event) => app.openWhy(row.key, event.target.value),
  }, ...pods.map((one) => {
    const count = failuresOf(row, one).length;
    return element('option', {
      value: one.name, selected: one === pod, text: `${one.name}: ${count} failed`,
    });
  }));
  head.append(element('label', { class: 'choice' }, 'pod ', choice));
  const words = whyWords(row, scene);
  const canvas = element('canvas', { role: 'img', 'aria-label': words });
  const tip = element('div', { class: 'tip', hidden: true });
  const attributes = { class: 'picture', tabindex: '0', 'data-picture': row.key };
  const box = element('div', attributes, canvas, tip);
  let marks = null;
  const paint = () => {
    const { width, height, context } = fitted(canvas);
    if (width === 0) return;
    const layout = whyLayout(scene, width, height);
    const until = app.replay.isWhole ? Infinity : app.replay.until - pod.deletion;
    drawWhy(new CanvasPen(context, theme()), scene, layout, until);
    marks = grid(whyMarks(scene, layout));
    if (until > -3 && until < 10) {
      const x = layout.scale.x(until);
      new CanvasPen(context, theme()).line(x, layout.head, x, layout.foot, 'ink', { width: 2 });
    }
  };
  box.addEventListener('pointermove', (event) => {
    const frame = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - frame.left, event.clientY - frame.top];
    const found = marks && nearest(marks, x, y, 12);
    tip.hidden = !found;
    if (found) placeTip(tip, canvas, { x, y }, failureText(row, found.failure));
  });
  box.addEventListener('pointerleave', () => { tip.hidden = true; });
  const body = element('section', { class: 'why', 'data-view': 'why', 'data-row': row.key },
    head, box, element('p', { class: 'words', text: words }));
  const select = (direction) => {
    const next = pods[pods.indexOf(pod) + direction];
    if (next) app.openWhy(row.key, next.name);
  };
  return { element: body, paint, select };
}
