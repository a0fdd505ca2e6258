// Two rows on one time axis, their first deletions aligned, and what differs in words.

import { classOf, isCut } from './classes.mjs';
import { byClass, firstDeletion } from './model.mjs';
import { grouped } from './scale.mjs';

// Windows of the same length for both, so that the first deletions stand above each other.
export function aligned(one, other) {
  const [a, b] = [firstDeletion(one) ?? 0, firstDeletion(other) ?? 0];
  const before = Math.max(a - one.start, b - other.start);
  const after = Math.max(one.end - a, other.end - b);
  return [{ from: a - before, to: a + after }, { from: b - before, to: b + after }];
}

// `row 4`, or `row 4 on the cluster` beside a row of a rehearsal.
function titles(one, other) {
  const where = { cluster: 'on the cluster', rehearsal: 'in the rehearsal' };
  const isSame = one.stage === other.stage;
  return [one, other].map((row) =>
    (isSame ? `row ${row.name}` : `row ${row.name} ${where[row.stage]}`));
}

// What differs, a sentence each.
export function differences(one, other) {
  const rows = [one, other];
  const names = titles(one, other);
  const each = (say) => `${capital(say(one, names[0]))}; ${say(other, names[1])}.`;
  const sentences = [each((row, name) => `${name}: ${share(row)} failed`)];
  const classes = rows.map((row) => byClass(row.counts));
  const cut = rows.map((row, index) => {
    const parts = Object.entries(classes[index]).filter(([key]) => isCut(key))
      .map(([key, n]) => `${grouped(n)} ${key}`);
    const list = parts.length > 0 ? ` (${parts.join(', ')})` : '';
    return `${grouped(row.totals.cut)} in ${names[index]}${list}`;
  });
  sentences.push(`Cut in flight: ${cut.join(', ')}.`);
  const number = (n) => (n === undefined ? 'none' : grouped(n));
  const of = (key) => names.map((name, index) => `${number(classes[index][key])} in ${name}`);
  for (const key of Object.keys({ ...classes[0], ...classes[1] })) {
    if (isCut(key) || classes.every((one) => key in one)) continue;
    sentences.push(`${key}, ${classOf(key).words}: ${of(key).join(', ')}.`);
  }
  if (rows.some((row) => row.totals.lost !== null)) {
    sentences.push(each((row, name) => (row.totals.lost === null
      ? `${name} logs no operations`
      : `${name} lost ${grouped(row.totals.lost)} of ${grouped(row.audit.answered)} operations`)));
  }
  return sentences;
}

function share(row) {
  const { sent, failed } = row.totals;
  const percent = sent > 0 ? ` (${((failed / sent) * 100).toFixed(2)} %)` : '';
  return `${grouped(failed)} of ${grouped(sent)} requests${percent}`;
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
