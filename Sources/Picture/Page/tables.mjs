// The same numbers as tables, for screen readers and for copying.

import { classes } from './classes.mjs';
import { element } from './dom.mjs';
import { byClass } from './model.mjs';
import { grouped } from './scale.mjs';

// All rows: the numbers of the headline.
export function rowsTable(rows) {
  return table('All rows', ['row', 'what is new', 'where', 'sent', 'failed', 'cut', 'lost',
    'verdict'], rows.map((row) => [
    row.name, row.news, row.stage, grouped(row.totals.sent), grouped(row.totals.failed),
    grouped(row.totals.cut), row.totals.lost === null ? '–' : grouped(row.totals.lost),
    row.verdict.word,
  ]), 'rows');
}

// One row: by phase, door and kind, with each class that occurred.
export function countsTable(row) {
  const sums = byClass(row.counts);
  const names = classes.map((one) => one.name).filter((name) => sums[name] > 0)
    .concat(Object.keys(sums).filter((name) => !classes.some((one) => one.name === name)));
  const groups = new Map();
  for (const line of row.counts) {
    const key = [line.phase, line.door, line.kind].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  const numbers = (lines) => {
    const sum = (wanted) => lines.reduce((n, line) => n + (wanted(line.outcome) ? line.n : 0), 0);
    return [sum(() => true), sum((outcome) => outcome !== 'ok'),
      ...names.map((name) => sum((outcome) => outcome === name))].map(grouped);
  };
  const lines = [...groups].map(([key, list]) => [...key.split(' '), ...numbers(list)]);
  lines.push(['all', '', '', ...numbers(row.counts)]);
  return table(`Requests of row ${row.name}`,
    ['phase', 'door', 'kind', 'sent', 'failed', ...names], lines, 'counts');
}

// One row: the life of each pod, in seconds since the row's start.
export function podsTable(row) {
  const instant = (t) => (typeof t === 'number' ? t.toFixed(2) : '–');
  const failed = new Map();
  for (const failure of row.failures) {
    failed.set(failure.lane, (failed.get(failure.lane) ?? 0) + 1);
  }
  const fields = ['created', 'started', 'ready', 'in_endpoints', 'deletion', 'pre_stop', 'sigterm',
    'out_of_endpoints', 'exit'];
  return table(`Pods of row ${row.name}, in seconds`,
    ['pod', 'created in', ...fields.map((name) => name.replace(/_/g, ' ')), 'code', 'failed',
      'lost'],
    row.pods.map((pod) => [pod.name, pod.created_in ?? 'the start',
      ...fields.map((name) => instant(pod[name])), pod.code ?? '–',
      grouped(failed.get(pod.lane) ?? 0), pod.lost ?? '–']), 'pods');
}

// What the talk says about the row, and what was seen.
export function claimsTable(row) {
  const word = (holds) => (holds === undefined ? 'not checked' : holds ? 'holds' : 'FAILS');
  return table(`Claims about row ${row.name}`, ['claim', 'verdict', 'seen'],
    (row.verdict.claims ?? []).map((one) => [one.claim, word(one.holds), one.seen]), 'claims');
}

function table(caption, heads, lines, name) {
  const cell = (value, index, isHead) => element(isHead ? 'th' : 'td', {
    text: String(value), scope: isHead ? 'col' : null,
    class: /^[−\d][\d,.]*$|^–$/.test(String(value)) && !isHead && index > 0 ? 'number' : null,
  });
  return element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    element('table', { 'data-table': name }, element('caption', { text: caption }),
      element('thead', {}, element('tr', {}, ...heads.map((head, i) => cell(head, i, true)))),
      element('tbody', {}, ...lines.map((line) =>
        element('tr', {}, ...line.map((value, i) => cell(value, i, false)))))));
}
