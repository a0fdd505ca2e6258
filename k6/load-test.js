// The load of the talk, for k6 1.x and 2.x:
//
//     k6 run --env CALC_URL=http://localhost:8080 k6/load-test.js
//
// Each virtual user sends one POST after the other, never again what failed, and every request has
// an id of its own: <run>-<pod>-<user>-<iteration>. Lines that begin with `calc-load` go to the
// log: one for each request that failed, and from each user now and then, and at its end, one that
// says how far it has come. These lines of a user are numbered without a gap. All ids up to the
// last one that are not among the failed ones were answered. So a reader of the log knows what is
// missing in it, even if k6 itself is killed.
import { sleep } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { Counter, Trend } from 'k6/metrics';

const url = __ENV.CALC_URL || 'http://localhost:4000';
const users = Number(__ENV.VUS || 500);
const seconds = secondsOf(__ENV.DURATION || '2m');
// 1: one connection for all requests of a user, as long as it lasts. Else a connection for each
// request.
const reuse = __ENV.REUSE === '1';
// Which of several k6 this is.
const pod = __ENV.POD || '0';
const door = __ENV.DOOR || 'tcp';
const kind = reuse ? 'keepalive' : 'fresh';
// When to start, as seconds since 1970, so that several k6 start together.
const startAt = Number(__ENV.START_AT || 0);
// How many users begin in a second, where a balancer takes no more new TLS connections; 0 is all.
const beginners = Number(__ENV.BEGINNERS || 0);
// How many seconds one line of a user stands for.
const report = Number(__ENV.REPORT || 10);

const timeout = 10;
// After a failure a user waits out the time that an answer takes: else the users that are refused
// would send the most.
const pace = 0.1;
// Milliseconds: a line says in which of these steps of its time requests were sent.
const step = 200;

// The words are the same everywhere: rehearsal, load test, cluster and page.
const failures = [
  'refused', 'reset', 'eof', 'timeout', 'unreachable', 'http_502', 'http_503', 'http_other',
  'wrong_answer',
];
// `own` is what this machine lacked (ports, descriptors, names): no failure of the service, but
// then nothing can be said of it.
const bad = [...failures, 'own'];
const counters = perOutcome(['ok', ...bad], (outcome) => new Counter(`calc_${outcome}`));
const latency = new Trend('calc_latency', true);

function perOutcome(outcomes, value, name = (outcome) => outcome) {
  return Object.fromEntries(outcomes.map((outcome) => [name(outcome), value(outcome)]));
}

// The users' own end comes a second before k6's: no request is sent in it, and those that were sent
// get their answers or their time-out. So no request is cut by the end of the test.
const quiet = 1;

export const options = {
  scenarios: {
    load: {
      executor: 'constant-vus',
      vus: users,
      duration: `${seconds + quiet}s`,
      gracefulStop: `${timeout + 5}s`,
    },
  },
  noConnectionReuse: !reuse,
  noVUConnectionReuse: !reuse,
  // The edge's certificate is self-signed.
  insecureSkipTLSVerify: true,
  thresholds: perOutcome(bad, () => ['count==0'], (outcome) => `calc_${outcome}`),
  summaryTrendStats: ['med', 'p(90)', 'p(99)', 'max'],
  setupTimeout: `${Math.max(0, Math.ceil(startAt - Date.now() / 1000)) + 60}s`,
};

// Once, before all users: what each of them evaluated for itself would differ.
export function setup() {
  const run = __ENV.RUN || String(Date.now());
  const wait = startAt - Date.now() / 1000;
  if (startAt > 0) console.log(`calc-load start pod=${pod} late=${Math.max(0, -wait).toFixed(3)}`);
  if (wait > 0) sleep(wait);
  return { run };
}

// Each user has its own copy of what follows.
let period = null;
let failed = 0;
let lines = 0;
let isDone = false;

export default function ({ run }) {
  const end = exec.scenario.startTime + seconds * 1000;
  const iteration = exec.vu.iterationInScenario;
  const user = exec.vu.idInTest;
  if (iteration === 0 && beginners > 0) sleep((user - 1) / beginners);
  const began = Date.now();
  if (began >= end) {
    conclude();
    sleep(Math.max(0.05, (end - began) / 1000 + quiet));
    return;
  }

  const id = `${run}-${pod}-${user}-${iteration}`;
  const response = http.post(`${url}/sum`, '{"numbers":[1,2,3,4]}', {
    headers: { 'Content-Type': 'application/json', 'X-Request-ID': id },
    redirects: 0,
    timeout: `${timeout}s`,
  });
  const took = Date.now() - began;
  const outcome = outcomeOf(response, id);
  if (outcome === null) return;

  counters[outcome].add(1);
  const bucket = Math.floor(began / 1000 / report) * report;
  if (period === null || period.at !== bucket) {
    tell();
    period = newPeriod(user, bucket, response.proto);
  }
  period.last = iteration;
  if (outcome === 'ok') {
    latency.add(took);
    period.ok += 1;
    period.protocol = response.proto;
    period.times.set(took, (period.times.get(took) || 0) + 1);
    const index = Math.floor((began - bucket * 1000) / step);
    while (period.steps.length <= index) period.steps.push(0);
    period.steps[index] += 1;
  } else {
    failed += 1;
    console.log(
      `calc-load failed id=${id} door=${door} kind=${kind} outcome=${outcome} at=${began} ` +
        `ms=${took} why=${why(response)}`,
    );
    sleep(Math.max(0, pace - took / 1000));
  }
  // Perhaps there is no further iteration: a request may end after k6's own end.
  if (Date.now() >= end) conclude();
}

function newPeriod(user, at, protocol) {
  return { user, at, ok: 0, last: 0, times: new Map(), steps: [], protocol: protocol || '' };
}

// The last line of a user.
function conclude() {
  if (!isDone) tell();
  isDone = true;
}

function tell() {
  if (period === null) return;
  const { user, at, ok, last, times, steps, protocol } = period;
  const ms = [...times].map(([time, count]) => `${time}*${count}`).join(',');
  console.log(
    `calc-load user=${user} seq=${lines} at=${at} ok=${ok} failed=${failed} last=${last} ` +
      `protocol=${protocol || '-'} steps=${steps.join(',') || '-'} ms=${ms || '-'}`,
  );
  lines += 1;
}

// Go's HTTP/2 sends a request again that the server refused by REFUSED_STREAM, and nothing in k6
// can keep it from that; a load balancer may say so of a request that a pod has cut. Over HTTP/1.1
// a POST is sent again only if nothing of it had been written.
//
// What became of a request; null when k6 itself was stopped meanwhile, which says nothing about
// the service.
//
// Codes and texts are those of k6's lib/netext/httpext/error_codes.go. Some things have no code of
// their own there: what the other side closed is 1000 with Go's text, and what dialling met is 1213
// with the system's.
export function outcomeOf(response, id) {
  const { status, error_code: code } = response;
  const text = response.error || '';
  const isCode = (from, to) => code >= from && code < to;
  if (status === 200 && text === '') return isRight(response, id) ? 'ok' : 'wrong_answer';
  // A body that ends too early has a status too.
  if (status !== 0 && (text === '' || isCode(1400, 1600))) {
    return status === 502 || status === 503 ? `http_${status}` : 'http_other';
  }
  if (/context canceled|operation was canceled/.test(text)) return null;
  if (isOwn.test(text) || isCode(1100, 1200) || code === 1020) return 'own';
  if (code === 1212 || /connection refused/.test(text)) return 'refused';
  if (isUnreachable.test(text)) return 'unreachable';
  if (code === 1050 || code === 1211 || isLate.test(text)) return 'timeout';
  // HTTP/2: GOAWAY, or an end without it, is the connection's end; RST_STREAM is a reset, as is a
  // connection error.
  if (isCode(1610, 1630) || isEndOfHTTP2.test(text)) return 'eof';
  if (code === 1220 || code === 1201 || isCode(1630, 1700) || isReset.test(text)) return 'reset';
  if (isEnd.test(text)) return 'eof';
  return 'http_other';
}

const isOwn = new RegExp(
  'cannot assign requested address|address already in use|too many open files|' +
    'no buffer space|cannot allocate memory',
);
const isUnreachable = /no route to host|host is unreachable|host is down|network is unreachable/;
const isLate = /time-?out|timed out|deadline exceeded/i;
const isEndOfHTTP2 = /GOAWAY|client connection (lost|force closed)|conn(ection)? (is )?closed/i;
const isReset = /connection reset|broken pipe|connection aborted/;
const isEnd = /\bEOF\b|server closed (idle )?connection|use of closed network connection/;

// The sum, and the answer to this request. Go writes the names of header fields like this.
function isRight(response, id) {
  try {
    return response.json('result') === 10 && (response.headers || {})['X-Request-Id'] === id;
  } catch (_) {
    return false;
  }
}

// In one word, so that a line stays easy to take apart.
function why(response) {
  const { error, status } = response;
  const text = error || (status === 200 ? 'wrong answer' : `status ${status}`);
  return text.replace(/[^\w.:/-]+/g, '_').slice(0, 120);
}

// `90s`, `2m`, `1m30s`, or a number of seconds.
export function secondsOf(text) {
  if (/^\d+$/.test(text)) return Number(text);
  const parts = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text);
  if (!text || !parts) throw new Error(`DURATION=${text} is no duration: 90s, 2m or 1m30s`);
  const [hours, minutes, rest] = parts.slice(1).map((part) => Number(part || 0));
  return hours * 3600 + minutes * 60 + rest;
}

// One JSON document on standard output, for programs that read results.
export function handleSummary(data) {
  const count = (outcome) => data.metrics[`calc_${outcome}`]?.values.count ?? 0;
  const outcomes = perOutcome(['ok', ...failures], count);
  const sent = Object.values(outcomes).reduce((sum, n) => sum + n, 0);
  const times = data.metrics.calc_latency?.values ?? {};
  const [p50, p90, p99, max] = ['med', 'p(90)', 'p(99)', 'max'].map((name) => times[name] ?? 0);
  const summary = {
    run: data.setup_data?.run,
    pod,
    door,
    kind,
    url,
    users,
    seconds,
    sent,
    failed: sent - outcomes.ok,
    outcomes,
    own: count('own'),
    latency_ms: { p50, p90, p99, max },
  };
  return { stdout: JSON.stringify(summary) + '\n' };
}
