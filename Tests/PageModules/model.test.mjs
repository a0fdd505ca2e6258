import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byClass, failedBy, firstDeletion, headline, lostBy, readRow, since, verdictWord }
  from '../../Sources/Picture/Page/model.mjs';
import { count, document, failure, pod, stopped } from './fixtures.mjs';

const counts = [count('ok', 90), count('refused', 6), count('eof', 3), count('http_502', 1),
  count('refused', 2, { door: 'http' })];

test('the numbers of the headline are sums of the counts', () => {
  const row = readRow(document({ counts }));
  assert.deepEqual(row.totals, { sent: 102, failed: 12, cut: 4, lost: null });
  assert.deepEqual(headline(row), { number: 12, noun: 'failed', of: 102, things: 'requests' });
  assert.deepEqual(byClass(counts), { refused: 8, eof: 3, http_502: 1 });
  assert.deepEqual(byClass(counts, (line) => line.door === 'http'), { refused: 2 });
});

test('a verdict on a row of the talk is a prediction, one on a service is its own', () => {
  const word = (word, more = {}) => verdictWord(readRow(document({ verdict: { word }, ...more })));
  assert.equal(word('holds'), 'as predicted');
  assert.equal(word('FAILS'), 'NOT as predicted');
  assert.equal(word('no verdict'), 'no verdict');
  assert.equal(word('holds', { subject: { command: 'node server.js' } }), 'holds');
});

test('a row that logs operations is about those that were lost', () => {
  const row = readRow(document({ counts, audit: { answered: 90, lost: 7 } }));
  assert.deepEqual(headline(row), { number: 7, noun: 'lost', of: 90, things: 'operations' });
});

test('a failure stands on the lane of its pod, in the order of time', () => {
  const row = readRow(document({
    pods: [pod('b', { created_in: 'deploy' }), stopped('a')],
    failures: [failure(12, 'eof', { pod: 'b' }), failure(10.5, 'refused', { pod: 'a' })],
  }));
  assert.deepEqual(row.pods.map(({ name, lane }) => [name, lane]), [['a', 0], ['b', 1]]);
  assert.deepEqual(row.failures.map(({ t, lane }) => [t, lane]), [[10.5, 0], [12, 1]]);
  assert.equal(row.lanes, 2);
});

test('a failure of no known pod has a lane of its own', () => {
  const row = readRow(document({ pods: [pod('a')], failures: [failure(5, 'http_503')] }));
  assert.deepEqual([row.failures[0].lane, row.lanes], [1, 2]);
  assert.deepEqual(since(row, row.failures[0]), {});
});

test('packed failures say the same as plain ones', () => {
  const plain = [failure(10.5, 'refused', { pod: 'a' }), failure(12, 'http_503')];
  const packed = {
    words: ['deploy', 'tcp', 'fresh', 'refused', 'a', 'http_503', ''],
    rows: [[10.5, 0.001, 0, 1, 2, 3, 4, '4-0-10.5'], [12, 0.001, 0, 1, 2, 5, 6, '4-0-12']],
  };
  const one = readRow(document({ pods: [stopped('a')], failures: plain }));
  const { failures, ...result } = document({ pods: [stopped('a')] }).result;
  assert.ok(failures);
  const other = readRow({ file: '', news: '', result, failures: packed });
  assert.deepEqual(other.failures, one.failures);
});

test('a failure knows how long after deletion and SIGTERM it was sent', () => {
  const row = readRow(document({
    pods: [stopped('a', { sigterm: 10.25 })],
    failures: [failure(10.5, 'refused', { pod: 'a' }), failure(9, 'eof', { pod: 'a' })],
  }));
  assert.deepEqual(since(row, row.failures[1]), { deletion: 0.5, sigterm: 0.25 });
  assert.deepEqual(since(row, row.failures[0]), { deletion: undefined, sigterm: undefined });
});

test('how many had failed and were lost by an instant', () => {
  const row = readRow(document({
    pods: [stopped('a', { lost: 5 }), stopped('b', { exit: 20, lost: 7 })],
    failures: [1, 2, 2, 3].map((t) => failure(t, 'eof', { pod: 'a' })),
  }));
  assert.deepEqual([0, 1, 2, 2.5, 3, 9].map((t) => failedBy(row, t)), [0, 1, 3, 3, 4, 4]);
  assert.deepEqual([10, 10.1, 20].map((t) => lostBy(row, t)), [0, 5, 12]);
});

test('phases last until the next begins, the last one until the end', () => {
  const row = readRow(document({
    spans: [{ phase: 'steady', start_s: 5, complete_s: 9 }, { phase: 'deploy', start_s: 10 }],
    load_end_s: 50,
  }));
  assert.deepEqual(row.phases.map(({ phase, from, to }) => [phase, from, to]),
    [['steady', 5, 10], ['deploy', 10, 50]]);
  assert.equal(row.end, 50);
});

test('the series of all doors and kinds are added up', () => {
  const line = (sent, failed) => ({ door: 'tcp', kind: 'fresh', sent, failed });
  const row = readRow(document({
    series: { step_ms: 200, lines: [line([1, 2], [0, 1]), line([4, 0, 3], [1, 0, 0])] },
  }));
  assert.deepEqual(row.series, { step: 0.2, sent: [5, 2, 3], failed: [1, 1, 0] });
});

test('an older result says what it lacks, and shows the rest', () => {
  const old = document({ counts, schema: 1, pods: [stopped('a')] });
  for (const name of ['failures', 'spans', 'series']) delete old.result[name];
  const row = readRow(old);
  assert.equal(row.missing.length, 3);
  assert.match(row.missing[0], /schema 1/);
  assert.deepEqual([row.totals.failed, row.failures.length, row.series], [12, 0, null]);
});

test('failures that were counted and not recorded are named', () => {
  const row = readRow(document({ failures_dropped: 42 }));
  assert.match(row.missing[0], /^42 more failures/);
});

test('two rows are aligned by their first deletion', () => {
  const row = readRow(document({ pods: [stopped('a'), stopped('b', { deletion: 8 }), pod('c')] }));
  assert.equal(firstDeletion(row), 8);
  assert.equal(firstDeletion(readRow(document())), undefined);
});
