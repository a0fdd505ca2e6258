import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawEnds, drawRow, place, rowLayout, worstStep }
  from '../../Sources/Picture/Page/draw-row.mjs';
import { readRow } from '../../Sources/Picture/Page/model.mjs';
import { document, failure, pod, Recorder, stopped } from './fixtures.mjs';

const row = readRow(document({
  pods: [stopped('calc-1-0', { lost: 12 }), pod('calc-2-1', { created_in: 'deploy', created: 5 })],
  failures: [failure(10.5, 'refused', { pod: 'calc-1-0' }), failure(6, 'eof', { pod: 'calc-2-1' })],
  spans: [{ phase: 'steady', start_s: 5 }, { phase: 'deploy', start_s: 8 }], load_end_s: 20,
  audit: { answered: 100, lost: 12 },
  series: { step_ms: 200, lines: [{ door: 'tcp', kind: 'fresh', sent: [5, 5], failed: [0, 1] }] },
}));

test('the mark of a failure stands at its instant, on its pod’s lane, in its class’s shape', () => {
  const layout = rowLayout(row, 1600, 800);
  const pen = new Recorder();
  drawRow(pen, row, layout);
  const marks = pen.all('mark');
  assert.deepEqual(marks.map(([shape, , , , role]) => [shape, role]),
    [['down', 'eof'], ['cross', 'refused']]);
  const [, x, y] = marks[1];
  assert.ok(Math.abs(layout.scale.t(x) - 10.5) < 1e-9);
  assert.equal(Math.floor((y - layout.top) / layout.lane), 0);
  assert.deepEqual({ x, y }, place(row.failures[1], layout));
});

test('phases, names, exit codes and lost operations are written', () => {
  const pen = new Recorder();
  drawRow(pen, row, rowLayout(row, 1600, 800));
  const texts = pen.texts();
  for (const text of ['steady', 'deploy', 'calc-1-0', 'calc-2-1', '0', '12 lost']) {
    assert.ok(texts.includes(text), text);
  }
});

test('in a replay, a lane that has ended has its whole label, and others have none', () => {
  const layout = rowLayout(row, 1600, 800);
  const texts = (until) => {
    const pen = new Recorder();
    drawEnds(pen, row, layout, until);
    return pen.texts();
  };
  assert.deepEqual(texts(10.05), []);
  assert.deepEqual(texts(10.1), ['0', '12 lost']);
});

test('two strips of failures can have one scale', () => {
  const height = (options) => {
    const pen = new Recorder();
    drawRow(pen, row, rowLayout(row, 1600, 800, options));
    return pen.all('rect').find((call) => call[4] === 'failed')[3];
  };
  assert.equal(worstStep(row), 1);
  assert.ok(Math.abs(height({}) - 10 * height({ worst: 10 })) < 1e-9);
});

test('a tile marks the end of a pod with which operations were lost', () => {
  const pen = new Recorder();
  drawRow(pen, row, rowLayout(row, 300, 90, { isSmall: true }));
  assert.equal(pen.all('rect').filter((call) => call[4] === 'lost').length, 1);
});

test('the strip of the proxies’ tables is marked from the deletion on', () => {
  const layout = rowLayout(row, 1600, 800);
  const pen = new Recorder();
  drawRow(pen, row, layout);
  const strips = pen.all('rect').filter((call) => call[4] === 'inTable');
  assert.equal(strips.length, 1);
  const [x, , width] = strips[0];
  assert.ok(Math.abs(layout.scale.t(x) - 10) < 1e-9);
  assert.ok(Math.abs(layout.scale.t(x + width) - 11) < 1e-9);
});

test('a tile has the same marks without words', () => {
  const pen = new Recorder();
  drawRow(pen, row, rowLayout(row, 300, 90, { isSmall: true }));
  assert.equal(pen.all('mark').length, 2);
  assert.deepEqual(pen.texts(), []);
});

test('a window moves both rows onto one axis', () => {
  const layout = rowLayout(row, 1000, 400, { from: -10, to: 40 });
  assert.equal(layout.scale.x(-10), layout.scale.left);
  assert.equal(layout.scale.x(40), layout.scale.right);
});

test('hundreds of lanes still have a height', () => {
  const many = readRow(document({ pods: Array.from({ length: 500 }, (_, i) => pod(`p${i}`)) }));
  assert.ok(rowLayout(many, 1600, 800).lane > 0);
});
