// Small rows with known instants.

export const pod = (name, more = {}) => ({
  name, address: '127.0.0.2:4000', restarts: 0, created: 0, started: 1, ready: 4, in_endpoints: 4.2,
  ...more,
});

// Deleted at 10 with SIGTERM at once; the proxies know it at 11.
export const stopped = (name, more = {}) => pod(name, {
  deletion: 10, deleted_in: 'deploy', sigterm: 10, exit: 10.1, code: 0, out_of_endpoints: 11,
  last_request: 11, ...more,
});

export const failure = (t, outcome, more = {}) => ({
  sent_s: t, took_s: 0.001, phase: 'deploy', door: 'tcp', kind: 'fresh', outcome, id: `4-0-${t}`,
  ...more,
});

export const count = (outcome, n, more = {}) => ({
  phase: 'deploy', door: 'tcp', kind: 'fresh', outcome, n, ...more,
});

export const result = (more = {}) => ({
  schema: 2, row: '4', stage: 'rehearsal', parameters: {}, counts: [], pods: [], failures: [],
  spans: [], series: { step_ms: 200, lines: [] }, latency_ms: {}, harness: {},
  verdict: { holds: true, word: 'holds', claims: [] }, ...more,
});

export const document = (more = {}) => ({
  file: 'results/rehearsal/4.json', news: 'drainer', result: result(more),
});

// Records what a picture is drawn from.
export class Recorder {
  constructor() { this.calls = []; }

  rect(...values) { this.calls.push(['rect', ...values]); }
  line(...values) { this.calls.push(['line', ...values]); }
  polygon(...values) { this.calls.push(['polygon', ...values]); }
  text(...values) { this.calls.push(['text', ...values]); }
  mark(...values) { this.calls.push(['mark', ...values]); }
  width(text, { size = 12 } = {}) { return text.length * size * 0.5; }

  all(kind) { return this.calls.filter(([name]) => name === kind).map((call) => call.slice(1)); }
  texts() { return this.all('text').map(([, , text]) => text); }
}
