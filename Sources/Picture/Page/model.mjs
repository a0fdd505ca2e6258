// A row as the views show it, from its result document.

import { isCut } from './classes.mjs';
import { instants, laneOrder } from './pods.mjs';

// What `failures.rows` holds, in this order; a plain result file has objects instead.
const columns = ['sent_s', 'took_s', 'phase', 'door', 'kind', 'outcome', 'pod', 'id'];

// `4`, or `4@cluster`: rows of both stages stand side by side.
function keyOf(result) {
  return result.stage === 'cluster' ? `${result.row}@cluster` : result.row;
}

// - document: `{file, news, result, failures}`, see the README of the result files.
export function readRow(document) {
  const { result } = document;
  const order = laneOrder(result.pods ?? []);
  const pods = order.map((index, lane) => ({ ...result.pods[index], lane }));
  const lanes = new Map(pods.map((pod) => [pod.name, pod.lane]));
  const failures = readFailures(document.failures ?? result.failures ?? [])
    .map((failure) => ({ ...failure, lane: lanes.get(failure.pod) ?? pods.length }))
    .sort((a, b) => a.t - b.t);
  const row = {
    key: keyOf(result), name: result.row, isTalk: !result.subject, stage: result.stage,
    news: document.news ?? '',
    file: document.file, began: result.began, commit: result.commit,
    verdict: result.verdict ?? { word: document.state ?? 'not judged', claims: [] },
    audit: result.audit, counts: result.counts ?? [], harness: result.harness, pods, failures,
    // Failures that were sent to a pod that is not known have a lane of their own.
    lanes: pods.length + (failures.some((failure) => failure.lane === pods.length) ? 1 : 0),
    series: sumSeries(result.series), missing: missing(document),
  };
  // Where a lane's last mark stands: what is written at its end comes after it.
  for (const failure of failures) {
    const pod = pods[failure.lane];
    if (pod) pod.lastFailure = failure.t;
  }
  row.totals = totals(row.counts, result.audit);
  row.start = 0;
  row.end = end(row, document);
  row.phases = phases(result.spans ?? [], row.end);
  return row;
}

function readFailures(failures) {
  const objects = Array.isArray(failures)
    ? failures
    : failures.rows.map((values) => Object.fromEntries(values.map((value, index) => {
      const column = columns[index];
      const isWord = index >= 2 && index <= 6;
      return [column, isWord ? failures.words[value] : value];
    })));
  return objects.map((one) => ({
    t: one.sent_s, took: one.took_s, phase: one.phase, door: one.door, kind: one.kind,
    outcome: one.outcome, pod: one.pod || undefined, id: one.id,
  }));
}

// The numbers of the headline, from the counts.
export function totals(counts, audit) {
  const sum = (wanted) => counts.reduce((n, line) => n + (wanted(line.outcome) ? line.n : 0), 0);
  return {
    sent: sum(() => true), failed: sum((outcome) => outcome !== 'ok'),
    cut: sum(isCut), lost: audit ? audit.lost : null,
  };
}

// `{refused: 12, eof: 3}`, of the lines that are wanted.
export function byClass(counts, isWanted = () => true) {
  const sums = {};
  for (const line of counts) {
    if (line.outcome === 'ok' || line.n === 0 || !isWanted(line)) continue;
    sums[line.outcome] = (sums[line.outcome] ?? 0) + line.n;
  }
  return sums;
}

// The number that the row is about: operations where it logs some, else requests.
export function headline(row) {
  return row.totals.lost === null
    ? { number: row.totals.failed, noun: 'failed', of: row.totals.sent, things: 'requests' }
    : { number: row.totals.lost, noun: 'lost', of: row.audit.answered, things: 'operations' };
}

// What the verdict says: a row of the talk that holds may be one whose requests fail, as the talk
// predicts. A service of one's own holds what it claims.
export function verdictWord(row) {
  const { word } = row.verdict;
  if (!row.isTalk) return word;
  return { holds: 'as predicted', FAILS: 'NOT as predicted' }[word] ?? word;
}

// How many failures had been sent by an instant.
export function failedBy(row, t) {
  let low = 0;
  let high = row.failures.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (row.failures[middle].t <= t) low = middle + 1; else high = middle;
  }
  return low;
}

// How many operations were lost with pods that had exited by an instant.
export function lostBy(row, t) {
  return row.pods.reduce((n, pod) => n + (pod.exit <= t ? pod.lost ?? 0 : 0), 0);
}

// A failure with what its pod adds: how long after deletion and SIGTERM it was sent.
export function since(row, failure) {
  const pod = row.pods[failure.lane];
  if (!pod) return {};
  const after = (t) => (t !== undefined && t <= failure.t ? failure.t - t : undefined);
  return { deletion: after(pod.deletion), sigterm: after(pod.sigterm) };
}

// The first deletion: what two rows are aligned by.
export function firstDeletion(row) {
  const all = row.pods.map((pod) => pod.deletion).filter((t) => t !== undefined);
  return all.length > 0 ? Math.min(...all) : undefined;
}

function sumSeries(series) {
  if (!series) return null;
  const sum = (name) => {
    const length = Math.max(0, ...series.lines.map((line) => line[name].length));
    return Array.from({ length }, (_, index) =>
      series.lines.reduce((n, line) => n + (line[name][index] ?? 0), 0));
  };
  return { step: series.step_ms / 1000, sent: sum('sent'), failed: sum('failed') };
}

function end(row, { now, result }) {
  if (now !== undefined) return Math.max(now, 1);
  let last = result.load_end_s ?? 0;
  for (const pod of row.pods) {
    const at = instants(pod);
    last = Math.max(last, at.begin, at.exit ?? 0, at.leaves ?? 0, pod.last_request ?? 0);
  }
  for (const failure of row.failures) last = Math.max(last, failure.t);
  return last > 0 ? last : 1;
}

function phases(spans, last) {
  return spans.map((span, index) => ({
    phase: span.phase, from: span.start_s, complete: span.complete_s,
    to: index + 1 < spans.length ? spans[index + 1].start_s : last,
  }));
}

// What the document does not hold, for the reader to know.
function missing({ result, failures }) {
  const list = [];
  const isOld = result.schema === 1;
  if (!failures && !result.failures) {
    list.push(isOld
      ? 'an older result (schema 1): its failures were counted, not recorded one by one'
      : 'its failures were not recorded one by one');
  } else if ((result.failures_dropped ?? 0) > 0) {
    list.push(`${result.failures_dropped} more failures were counted, not recorded one by one`);
  }
  if (!result.spans) list.push('when each phase began is not recorded');
  if (!result.series) list.push('requests per second are not recorded');
  return list;
}
