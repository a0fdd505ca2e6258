// The life of a pod as segments of time. Two paths that do not wait for each other: the kubelet's,
// which starts and stops the process, and the proxies', which keep the pod in their tables.

// SIGKILL's exit code.
const killedCode = 137;

const known = (t) => typeof t === 'number' && Number.isFinite(t);

// The instants of a pod in the order in which they must come. A cluster stamps some of them to the
// second and on other clocks, so none may come before the one that causes it.
export function instants(pod) {
  const ready = known(pod.ready) ? pod.ready : pod.in_endpoints;
  const begin = [pod.created, pod.started, ready, pod.deletion].find(known) ?? 0;
  const deletion = known(pod.deletion) ? pod.deletion : undefined;
  const after = (t, cause) => (known(t) ? Math.max(t, cause ?? t) : undefined);
  const sigterm = after(pod.sigterm, deletion);
  return {
    begin, ready, deletion, sigterm,
    preStop: after(pod.pre_stop, deletion),
    exit: after(pod.exit, sigterm ?? deletion),
    enters: known(pod.in_endpoints) ? pod.in_endpoints : undefined,
    leaves: after(pod.out_of_endpoints, deletion),
  };
}

// It lived until SIGKILL.
export function isKilled(pod) {
  return pod.code === killedCode;
}

// The kubelet's path: `[{state, from, to}]`, without holes, from the first instant to the last one
// that has happened by `now`.
export function segments(pod, now) {
  const at = instants(pod);
  const marks = [['starting', at.begin], ['ready', at.ready], ['deleted', at.deletion]];
  // A sleep that the pod's own clock did not show is one without length.
  if (at.preStop !== undefined) marks.push(['preStop', at.preStop]);
  marks.push([isKilled(pod) ? 'killed' : 'draining', at.sigterm], ['gone', at.exit]);
  const list = [];
  const reached = marks.filter(([, from]) => from !== undefined && from <= now);
  reached.forEach(([state, from], index) => {
    const to = index + 1 < reached.length ? reached[index + 1][1] : now;
    if (state !== 'gone' && to > from) list.push({ state, from, to });
  });
  return list;
}

// The proxies' path: from when to when it stood in their tables; null for a pod that never did.
export function inTables(pod, now) {
  const at = instants(pod);
  if (at.enters === undefined || at.enters > now) return null;
  return { from: at.enters, to: Math.min(at.leaves ?? now, now) };
}

// The time between the end of service and the proxies' knowledge of it. While it is positive,
// clients are sent to a closed listener; when it is negative, that much is to spare. Null where
// an instant is not known.
export function gap(pod) {
  const at = instants(pod);
  const closes = isKilled(pod) ? at.exit : at.sigterm;
  if (closes === undefined || at.leaves === undefined || at.deletion === undefined) return null;
  return { from: closes, to: at.leaves, length: at.leaves - closes, lag: at.leaves - at.deletion };
}

// Lanes from top to bottom: by generation, then by the instant that ends it, or begins it for those
// that stay. So a rollout reads as a staircase.
export function laneOrder(pods) {
  const generation = (pod) =>
    ['deploy', 'scale-up', 'scale-down'].indexOf(pod.created_in) + 1;
  const key = (pod) => [
    generation(pod), generation(pod) === 0 ? pod.deletion ?? Infinity : instants(pod).begin,
  ];
  return pods.map((pod, index) => ({ index, key: key(pod) }))
    .sort((a, b) => a.key[0] - b.key[0] || compare(a.key[1], b.key[1]) || a.index - b.index)
    .map(({ index }) => index);
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
