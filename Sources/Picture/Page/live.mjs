// What a running rehearsal sends: a snapshot of everything, then what has changed.

// Returns the data after an event; the parts that did not change are the same objects.
// - event: `{kind: 'snapshot', data}`, or `{kind: 'delta', rows: [{row, …}]}`.
export function applyEvent(data, event) {
  if (event.kind === 'snapshot') return event.data;
  const documents = data.documents.map((document) => {
    const change = event.rows.find((one) => one.row === document.result.row);
    return change ? applyChange(document, change) : document;
  });
  return { ...data, documents };
}

function applyChange(document, change) {
  const { result, failures } = document;
  return {
    ...document, state: change.state, now: change.now,
    result: {
      ...result, counts: change.counts ?? result.counts, spans: change.spans ?? result.spans,
      pods: mergePods(result.pods, change.pods ?? []),
      series: change.series ? mergeSeries(result.series, change.series) : result.series,
    },
    failures: change.failures ? append(failures, change.failures) : failures,
  };
}

function mergePods(pods, changed) {
  const fresh = new Map(changed.map((pod) => [pod.name, pod]));
  const merged = pods.map((pod) => {
    const next = fresh.get(pod.name) ?? pod;
    fresh.delete(pod.name);
    return next;
  });
  return [...merged, ...fresh.values()];
}

// The tail of each line from its step `from` on.
function mergeSeries(series, change) {
  const lines = change.lines.map((line) => {
    const old = series?.lines.find((one) => one.door === line.door && one.kind === line.kind);
    const join = (name) => [...(old?.[name] ?? []).slice(0, line.from), ...line[name]];
    return { door: line.door, kind: line.kind, sent: join('sent'), failed: join('failed') };
  });
  const others = (series?.lines ?? []).filter((one) =>
    !lines.some((line) => line.door === one.door && line.kind === one.kind));
  return { step_ms: change.step_ms, lines: [...others, ...lines] };
}

// Each part has words of its own.
function append(failures, more) {
  const words = [...(failures?.words ?? [])];
  const index = (word) => {
    const found = words.indexOf(word);
    return found >= 0 ? found : words.push(word) - 1;
  };
  const rows = more.rows.map((row) => row.map((value, column) =>
    (column >= 2 && column <= 6 ? index(more.words[value]) : value)));
  return { words, rows: [...(failures?.rows ?? []), ...rows] };
}
