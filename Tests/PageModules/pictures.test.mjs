import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowSvg, tableLines, whySvg } from '../../Scripts/pictures/pictures.mjs';
import { readRow } from '../../Sources/Picture/Page/model.mjs';
import { count, document, failure, stopped } from './fixtures.mjs';

const row = readRow(document({
  commit: '0123456789ab', counts: [count('ok', 1200), count('refused', 2)],
  pods: [stopped('calc-<1>')],
  failures: [10.2, 10.4].map((t) => failure(t, 'refused', { pod: 'calc-<1>' })),
}));

test('a picture has a title, a mark for each failure, and what it was made from', () => {
  const svg = rowSvg(row);
  assert.match(svg, /<title>Row 4, drainer: 2 of 1,202 requests failed<\/title>/);
  assert.equal([...svg.matchAll(/class="s refused"/g)].length, 3, 'two, and the key');
  const metadata = svg.match(/<metadata>(.*)<\/metadata>/)[1].replaceAll('&quot;', '"');
  assert.deepEqual(JSON.parse(metadata),
    { commit: '0123456789ab', row: '4', sent: 1202, failed: 2, cut: 0, lost: null });
});

test('markup in a name stays text', () => {
  for (const svg of [rowSvg(row), whySvg(row)]) assert.ok(!svg.includes('<1>'));
  assert.match(whySvg(row), /calc-&lt;1&gt;/);
});

test('the table gets the numbers of the run, in columns', () => {
  const lines = ['text', '', '    row  what is new  sent', '      4  drainer  1  2', '', 'more'];
  assert.deepEqual(tableLines(lines, [row]), ['text', '',
    '    row  what is new   sent  failed  cut  lost  verdict',
    '      4  drainer      1,202       2    0     –  holds', '', 'more']);
  assert.throws(() => tableLines(['nothing'], [row]), /no table/);
});
