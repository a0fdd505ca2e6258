import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawWhy, whyLayout, whyMarks } from '../../Sources/Picture/Page/draw-why.mjs';
import { readRow } from '../../Sources/Picture/Page/model.mjs';
import { mostInstructive, whyScene, whyWords } from '../../Sources/Picture/Page/why.mjs';
import { document, failure, pod, Recorder, stopped } from './fixtures.mjs';

const at = (t, outcome, name) => failure(t, outcome, { pod: name });

test('the pod with the most failures teaches most', () => {
  const row = readRow(document({
    pods: [stopped('a'), stopped('b'), pod('c')],
    failures: [at(10.1, 'refused', 'a'), at(10.2, 'refused', 'b'), at(10.3, 'refused', 'b')],
  }));
  assert.equal(mostInstructive(row).name, 'b');
});

test('several classes teach more than many of one', () => {
  const row = readRow(document({
    pods: [stopped('a'), stopped('b')],
    failures: [1, 2, 3].map((t) => at(10 + t / 10, 'refused', 'a'))
      .concat(at(10.1, 'eof', 'b'), at(10.2, 'refused', 'b')),
  }));
  assert.equal(mostInstructive(row).name, 'b');
});

test('failures long before and after the deletion teach nothing about it', () => {
  const row = readRow(document({
    pods: [stopped('a'), stopped('b')],
    failures: [at(2, 'refused', 'a'), at(30, 'refused', 'a'), at(10.5, 'refused', 'b')],
  }));
  assert.equal(mostInstructive(row).name, 'b');
});

test('without a failure, a pod with a lag in the middle is shown', () => {
  const row = readRow(document({
    pods: [0.2, 1.0, 0.5].map((lag) => stopped(`lag-${lag}`, { out_of_endpoints: 10 + lag })),
  }));
  assert.equal(mostInstructive(row).name, 'lag-0.5');
});

test('without a deleted pod there is nothing to show', () => {
  assert.equal(mostInstructive(readRow(document({ pods: [pod('a')] }))), null);
});

const row = readRow(document({
  pods: [stopped('a')],
  failures: [at(10.5, 'refused', 'a'), at(10.75, 'refused', 'a'), at(9.95, 'eof', 'a')],
}));
const scene = whyScene(row, row.pods[0]);

test('instants are seconds from the deletion, failures stand by class', () => {
  assert.deepEqual([scene.sigterm, scene.leaves, scene.gap.length], [0, 1, 1]);
  assert.deepEqual(scene.lines.map((line) => [line.outcome, line.failures.map(({ x }) => x)]),
    [['refused', [0.5, 0.75]], ['eof', [9.95 - 10]]]);
});

test('the words tell both paths and what fell into the gap', () => {
  const words = whyWords(row, scene);
  assert.match(words, /SIGTERM at once; the process ended 100 ms later with exit code 0\./);
  assert.match(words, /for 1,000 ms they sent clients to a pod that no longer listened/);
  assert.match(words, /3 requests to this pod failed: 2 refused, 1 eof\./);
});

test('with preStop the words say how much is to spare', () => {
  const calm = readRow(document({
    pods: [stopped('a', { pre_stop: 10, sigterm: 15, exit: 15.1, out_of_endpoints: 10.5 })],
  }));
  const words = whyWords(calm, whyScene(calm, calm.pods[0]));
  assert.match(words, /slept in preStop and sent SIGTERM after 5,000 ms/);
  assert.match(words, /500 ms after the deletion, 4,500 ms before it stopped listening/);
  assert.match(words, /No request to this pod failed\./);
});

test('a mark stands at its instant, and no mark covers another of its class', () => {
  const layout = whyLayout(scene, 1600, 800);
  const marks = whyMarks(scene, layout);
  assert.equal(marks.length, 3);
  for (const { failure: one, x } of marks) assert.equal(x, layout.scale.x(one.x));
  const crowd = readRow(document({
    pods: [stopped('a')],
    failures: Array.from({ length: 7 }, () => at(10.5, 'refused', 'a')),
  }));
  const crowdScene = whyScene(crowd, crowd.pods[0]);
  const places = whyMarks(crowdScene, whyLayout(crowdScene, 1600, 800)).map(({ y }) => y);
  assert.equal(new Set(places).size, 7);
});

test('the gap is drawn with its length, and a replay has not reached what comes later', () => {
  const layout = whyLayout(scene, 1600, 800);
  const all = new Recorder();
  drawWhy(all, scene, layout);
  assert.ok(all.texts().includes('the gap: 1,000 ms'));
  assert.equal(all.all('mark').length, 3);
  const early = new Recorder();
  drawWhy(early, scene, layout, 0.6);
  assert.ok(!early.texts().some((text) => text.startsWith('the gap')));
  assert.equal(early.all('mark').length, 2);
});
