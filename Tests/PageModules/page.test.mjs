// Small modules: scales, classes, addresses, the replay's clock, hits, rows beside each other, live
// events, and how the modules go together.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { addressOf, parseAddress } from '../../Sources/Picture/Page/address.mjs';
import { aligned, differences } from '../../Sources/Picture/Page/beside.mjs';
import { classes, classOf, isCut, roleOf } from '../../Sources/Picture/Page/classes.mjs';
import { grid, nearest } from '../../Sources/Picture/Page/hit.mjs';
import { applyEvent } from '../../Sources/Picture/Page/live.mjs';
import { readRow } from '../../Sources/Picture/Page/model.mjs';
import { palettes } from '../../Sources/Picture/Page/palette.mjs';
import { Replay } from '../../Sources/Picture/Page/replay.mjs';
import { grouped, milliseconds, seconds, ticks, timeScale }
  from '../../Sources/Picture/Page/scale.mjs';
import { count, document, failure, result, stopped } from './fixtures.mjs';

const folder = new URL('../../Sources/Picture/', import.meta.url);
const read = (path) => readFileSync(new URL(path, folder), 'utf8');

test('a scale leads there and back', () => {
  const scale = timeScale(-3, 10, 100, 1400);
  assert.deepEqual([scale.x(-3), scale.x(10), scale.x(0)], [100, 1400, 400]);
  assert.ok(Math.abs(scale.t(scale.x(1.234)) - 1.234) < 1e-9);
});

test('ticks are round and within', () => {
  assert.deepEqual(ticks(-3, 10, 13), [-3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.deepEqual(ticks(0, 72, 8), [0, 10, 20, 30, 40, 50, 60, 70]);
  assert.deepEqual(ticks(0, 0, 5), []);
});

test('numbers are written as people read them', () => {
  assert.deepEqual([grouped(0), grouped(999), grouped(22272)], ['0', '999', '22,272']);
  assert.deepEqual([milliseconds(0.8123), milliseconds(1.1), milliseconds(30.004)],
    ['812 ms', '1,100 ms', '30 s']);
  assert.equal(seconds(12.5), '12.5 s');
});

test('each class has a shape, a role and a colour of its own, in both palettes', () => {
  assert.equal(new Set(classes.map((one) => one.shape)).size, classes.length);
  for (const palette of Object.values(palettes)) {
    assert.equal(new Set(classes.map((one) => palette[one.name])).size, classes.length);
  }
  assert.deepEqual(Object.keys(palettes.light), Object.keys(palettes.dark));
  assert.deepEqual(classes.map((one) => one.name).filter(isCut), ['reset', 'eof', 'http_502']);
});

test('the classes are those of the result files', () => {
  const schema = JSON.parse(readFileSync(new URL('../../docs/result.schema.json', folder)));
  assert.deepEqual(classes.map((one) => one.name), schema.$defs.outcome.enum.slice(1));
});

test('a class of a later version is drawn under its own name', () => {
  assert.equal(classOf('http_599').name, 'http_599');
  assert.ok(roleOf('http_599') in palettes.light);
});

test('marks can be told from the paper', () => {
  const light = (hex) => {
    const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [high, low] = [light(a), light(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  for (const palette of Object.values(palettes)) {
    for (const { name } of classes) {
      // WCAG 2.2, 1.4.11: graphics need 3 to 1.
      assert.ok(contrast(palette[name], palette.paper) >= 3, name);
    }
    for (const role of ['ink', 'quiet']) assert.ok(contrast(palette[role], palette.paper) >= 4.5);
  }
});

test('an address says what is shown, and leads back to it', () => {
  const all = [
    { view: 'hall' }, { view: 'row', row: '4', t: 12.5 }, { view: 'row', row: '4@cluster' },
    { view: 'why', row: '4', pod: 'calc-1-7' }, { view: 'beside', row: '3', other: '4', t: 3 },
  ];
  const plain = { row: null, other: null, pod: null, t: null };
  for (const shown of all) {
    assert.deepEqual(parseAddress(addressOf(shown)), { ...plain, ...shown });
  }
  assert.equal(addressOf({ view: 'row', row: '4', t: 12.5 }), '#row=4&t=12.5');
});

test('an address that is not understood still leads somewhere', () => {
  assert.equal(parseAddress('#view=dance&t=x').view, 'hall');
  assert.deepEqual(parseAddress('#row=4&view=dance&t='),
    { view: 'row', row: '4', other: null, pod: null, t: null });
});

test('a replay runs at its speed, and stops at the end', () => {
  const replay = new Replay(10);
  assert.ok(replay.isWhole && replay.until === Infinity);
  replay.toggle();
  assert.ok(replay.advance(2));
  assert.equal(replay.t, 2);
  replay.faster();
  replay.advance(1);
  assert.equal(replay.t, 6);
  replay.faster();
  replay.advance(1);
  assert.deepEqual([replay.t, replay.isRunning, replay.speed], [10, false, 16]);
  assert.equal(replay.advance(1), false);
});

test('by hand, time moves within the row, and stops running', () => {
  const replay = new Replay(10);
  replay.step(-0.2);
  assert.equal(replay.t, 9.8);
  replay.seek(99);
  assert.equal(replay.t, 10);
  replay.toggle();
  assert.deepEqual([replay.t, replay.isRunning], [0, true]);
  replay.step(0.5);
  assert.deepEqual([replay.t, replay.isRunning], [0.5, false]);
  replay.seek(null);
  assert.ok(replay.isWhole);
});

test('the nearest mark within reach is hit, of two on each other the upper one', () => {
  const cells = grid([{ x: 10, y: 10, n: 1 }, { x: 15.9, y: 10, n: 2 }, { x: 15.9, y: 10, n: 3 }]);
  assert.equal(nearest(cells, 11, 10, 8).n, 1);
  assert.equal(nearest(cells, 17, 10, 8).n, 3);
  assert.equal(nearest(cells, 60, 60, 8), null);
});

test('20,000 marks are found one by one', () => {
  const marks = Array.from({ length: 20000 }, (_, n) =>
    ({ x: (n * 37) % 1900, y: (n * 91) % 1000, n }));
  const cells = grid(marks);
  for (const mark of marks.slice(0, 500)) {
    const hit = nearest(cells, mark.x, mark.y, 4);
    assert.equal(Math.hypot(hit.x - mark.x, hit.y - mark.y), 0);
  }
});

const three = readRow(document({
  row: '3', pods: [stopped('a', { deletion: 10 })], load_end_s: 40,
  counts: [count('ok', 93), count('eof', 3), count('refused', 2), count('timeout', 2)],
}));
const four = readRow(document({
  row: '4', pods: [stopped('a', { deletion: 14, sigterm: 14, exit: 14.1 })], load_end_s: 60,
  counts: [count('ok', 98), count('refused', 2)],
}));

test('windows beside each other are as long, with the first deletions at one place', () => {
  const [one, other] = aligned(three, four);
  assert.ok(Math.abs((one.to - one.from) - (other.to - other.from)) < 1e-9);
  assert.ok(Math.abs((10 - one.from) - (14 - other.from)) < 1e-9);
  assert.ok(one.from <= 0 && other.from <= 0 && one.to >= 40 && other.to >= 60);
});

test('what differs is said in words', () => {
  assert.deepEqual(differences(three, four), [
    'Row 3: 7 of 100 requests (7.00 %) failed; row 4: 2 of 100 requests (2.00 %) failed.',
    'Cut in flight: 3 in row 3 (3 eof), 0 in row 4.',
    'timeout, no response within the time-out: 2 in row 3, none in row 4.',
  ]);
  const cluster = readRow(document({ row: '3', stage: 'cluster', counts: [count('ok', 10)] }));
  assert.match(differences(three, cluster)[0], /row 3 on the cluster: 0 of 10 requests/);
});

test('a running row grows by what has changed', () => {
  const { failures, ...rest } = result({ pods: [stopped('a'), stopped('b')] });
  assert.ok(failures);
  const line = (sent, failed) => ({ door: 'tcp', kind: 'fresh', sent, failed });
  const packed = (words, ...rows) => ({ words, rows });
  const first = {
    kind: 'snapshot',
    data: { live: true, problems: [], documents: [{
      news: '', state: 'deploy', now: 10, result: { ...rest,
        series: { step_ms: 200, lines: [line([1, 2, 3], [0, 0, 0])] } },
      failures: packed(['deploy', 'tcp', 'fresh', 'eof', 'a'], [9, 0.1, 0, 1, 2, 3, 4, '1']),
    }] },
  };
  const data = applyEvent({ documents: [] }, first);
  const next = applyEvent(data, { kind: 'delta', rows: [{
    row: '4', state: 'scale-up', now: 10.5, counts: [count('ok', 7)],
    pods: [stopped('b', { lost: 3 }), stopped('c')],
    series: { step_ms: 200, lines: [{ door: 'tcp', kind: 'fresh', from: 2, sent: [5, 6],
      failed: [1, 0] }] },
    failures: packed(['eof', 'deploy', 'http', 'fresh', 'b'], [10, 0.1, 1, 2, 3, 0, 4, '2']),
  }] });
  const row = readRow(next.documents[0]);
  assert.equal(row.end, 10.5);
  assert.deepEqual(row.pods.map(({ name, lost }) => [name, lost]),
    [['a', undefined], ['b', 3], ['c', undefined]]);
  assert.deepEqual([row.series.sent, row.series.failed], [[1, 2, 5, 6], [0, 0, 1, 0]]);
  assert.deepEqual(row.failures.map(({ t, door, pod: name, outcome }) => [t, door, name, outcome]),
    [[9, 'tcp', 'a', 'eof'], [10, 'http', 'b', 'eof']]);
  assert.equal(data.documents[0].failures.rows.length, 1, 'the state before is not changed');
});

test('a row that an event does not name stays as it is', () => {
  const one = { result: { row: '1' } };
  const data = { documents: [one] };
  const next = applyEvent(data, { kind: 'delta', rows: [{ row: '2' }] });
  assert.equal(next.documents[0], one);
});

test('failures drawn live are those of the file', () => {
  const plain = document({ pods: [stopped('a')], failures: [failure(10, 'eof', { pod: 'a' })] });
  assert.equal(readRow(plain).failures[0].pod, 'a');
});

// The page holds all modules as one script (PageText.swift).
const order = [...read('Document/PageText.swift').matchAll(/\("([a-z-]+\.mjs)"/g)]
  .map((match) => match[1]);

test('the page holds each module, after those that it uses', () => {
  const files = readdirSync(new URL('Page/', folder)).filter((name) => name.endsWith('.mjs'));
  assert.deepEqual([...order].sort(), files.sort());
  order.forEach((name, index) => {
    for (const [, used] of read(`Page/${name}`).matchAll(/from '\.\/([a-z-]+\.mjs)'/g)) {
      assert.ok(order.indexOf(used) < index && order.includes(used), `${name} uses ${used}`);
    }
  });
});

test('imports and exports have the form that the page takes out', () => {
  for (const name of order) {
    const lines = read(`Page/${name}`).split('\n');
    for (const line of lines.filter((one) => /\b(import|export)\b/.test(one)
      && !one.trim().startsWith('//'))) {
      const form = /^(import \{ .* \} from '\.\/[a-z-]+\.mjs';|export (const|class|function) )/;
      assert.match(line, form, `${name}: ${line}`);
    }
    assert.ok(!lines.some((line) => line.includes('</script')), name);
  }
});

test('no two modules have a name in common', () => {
  const names = order.flatMap((name) =>
    [...read(`Page/${name}`).matchAll(/^(?:export )?(?:const|let|class|function) (\w+)/gm)]
      .map((match) => match[1]));
  assert.deepEqual(names.filter((name, index) => names.indexOf(name) !== index), []);
});
