import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gap, inTables, laneOrder, segments }
  from '../../Sources/Picture/Page/pods.mjs';
import { pod, stopped } from './fixtures.mjs';

const names = (list) => list.map(({ state }) => state);

test('a pod starts, is ready, drains and is gone', () => {
  assert.deepEqual(segments(stopped('a'), 20), [
    { state: 'starting', from: 0, to: 4 }, { state: 'ready', from: 4, to: 10 },
    { state: 'draining', from: 10, to: 10.1 },
  ]);
});

test('with a hook, preStop stands between deletion and SIGTERM', () => {
  const one = stopped('a', { pre_stop: 10, sigterm: 15, exit: 15.1 });
  assert.deepEqual(names(segments(one, 20)), ['starting', 'ready', 'preStop', 'draining']);
});

test('without a hook, a pod whose SIGTERM is late is deleted until then', () => {
  const one = stopped('a', { sigterm: 10.5, exit: 11 });
  assert.deepEqual(names(segments(one, 20)), ['starting', 'ready', 'deleted', 'draining']);
});

test('exit code 137 means that it ignored SIGTERM until SIGKILL', () => {
  const one = stopped('a', { exit: 40, code: 137 });
  assert.deepEqual(names(segments(one, 50)), ['starting', 'ready', 'killed']);
});

test('what has not happened yet is not shown', () => {
  assert.deepEqual(segments(stopped('a'), 6), [
    { state: 'starting', from: 0, to: 4 }, { state: 'ready', from: 4, to: 6 },
  ]);
  assert.deepEqual(segments(stopped('a'), -1), []);
});

test('a cluster that stamps SIGTERM before the deletion does not turn time around', () => {
  const one = stopped('a', { deletion: 10.07, sigterm: 10, exit: 10.07, out_of_endpoints: 10 });
  for (const { from, to } of segments(one, 20)) assert.ok(to > from);
  assert.ok(gap(one).length >= 0);
});

test('the proxies keep a pod in their tables until they hear of its deletion', () => {
  assert.deepEqual(inTables(stopped('a'), 20), { from: 4.2, to: 11 });
  assert.deepEqual(inTables(stopped('a'), 10.5), { from: 4.2, to: 10.5 });
  assert.deepEqual(inTables(pod('a'), 20), { from: 4.2, to: 20 });
  assert.equal(inTables(pod('a', { in_endpoints: undefined }), 20), null);
});

test('the gap lasts from the end of service until the proxies know', () => {
  assert.deepEqual(gap(stopped('a')), { from: 10, to: 11, length: 1, lag: 1 });
});

test('with preStop there is time to spare', () => {
  const one = gap(stopped('a', { pre_stop: 10, sigterm: 15, exit: 15.1 }));
  assert.deepEqual([one.length, one.lag], [-4, 1]);
});

test('a pod that ignores SIGTERM serves until it is killed', () => {
  assert.equal(gap(stopped('a', { exit: 40, code: 137 })).length, -29);
});

test('where an instant is not known there is no gap', () => {
  assert.equal(gap(pod('a')), null);
  assert.equal(gap(stopped('a', { out_of_endpoints: undefined })), null);
});

test('lanes stand in the order of the rollout, so that it reads as a staircase', () => {
  const pods = [
    pod('new-late', { created_in: 'deploy', created: 20 }), stopped('old-late', { deletion: 30 }),
    pod('up', { created_in: 'scale-up', created: 50 }), stopped('old-early', { deletion: 12 }),
    pod('new-early', { created_in: 'deploy', created: 10 }), pod('stays'),
  ];
  assert.deepEqual(laneOrder(pods).map((index) => pods[index].name),
    ['old-early', 'old-late', 'stays', 'new-early', 'new-late', 'up']);
});
