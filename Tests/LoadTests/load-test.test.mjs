// Runs k6/load-test.js under node: make test-load
import assert from 'node:assert/strict';
import { register } from 'node:module';
import { beforeEach, test } from 'node:test';
import { world } from './k6.mjs';

register('./loader.mjs', import.meta.url);

let copies = 0;
// Each import with another query is a copy of its own, as each user of k6 has one.
async function script(environment = {}) {
  globalThis.__ENV = { RUN: 'r', ...environment };
  copies += 1;
  return import(`../../k6/load-test.js?${copies}`);
}

// What k6 does for one user of a scenario that lasts as long as the options say.
function runUser(module, user = 1) {
  world.user = user;
  const given = module.setup();
  const duration = module.secondsOf(module.options.scenarios.load.duration);
  const end = world.startTime + duration * 1000;
  for (world.iteration = 0; world.now < end; world.iteration += 1) module.default(given);
}

const told = (word) => world.lines.filter((line) => line.startsWith(`calc-load ${word}`));
const ids = () => world.requests.map((request) => request.headers['X-Request-ID']);
const field = (line, name) => line.split(` ${name}=`)[1].split(' ')[0];
const numbers = (lines, name) => lines.map((line) => Number(field(line, name)));
const sum = (list) => list.reduce((total, number) => total + number, 0);

// An answer, or a failure for the requests whose id matches.
const failFor = (pattern, failure) => {
  world.answer = (id) => (pattern.test(id) ? { status: 0, ...failure } : { status: 200 });
};

beforeEach(() => {
  const start = 1_700_000_000_000;
  const nothing = { lines: [], requests: [], counts: {}, times: [] };
  Object.assign(world, { now: start, startTime: start, ...nothing });
  world.answer = () => ({ status: 200 });
});

test('500 users send for 2 minutes, each request over a connection of its own', async () => {
  const { options } = await script();
  assert.equal(options.scenarios.load.executor, 'constant-vus');
  assert.equal(options.scenarios.load.vus, 500);
  assert.equal(options.scenarios.load.duration, '121s');
  assert.equal(options.noConnectionReuse, true);
  assert.equal(options.noVUConnectionReuse, true);
});

test('REUSE=1 keeps connections', async () => {
  const { options } = await script({ REUSE: '1', VUS: '7', DURATION: '1m30s' });
  assert.deepEqual([options.noConnectionReuse, options.noVUConnectionReuse], [false, false]);
  assert.deepEqual([options.scenarios.load.vus, options.scenarios.load.duration], [7, '91s']);
});

test('BEGINNERS=200 lets no more users than that begin in a second', async () => {
  const begun = [];
  for (const user of [1, 200, 201, 500]) {
    world.now = world.startTime;
    const before = world.requests.length;
    const answer = world.answer;
    world.answer = (id) => {
      if (world.requests.length === before + 1) begun.push(world.now - world.startTime);
      return answer(id);
    };
    runUser(await script({ BEGINNERS: '200', REUSE: '1', DURATION: '5s' }), user);
    world.answer = answer;
  }
  assert.deepEqual(begun, [0, 995, 1000, 2495]);
  assert.equal(world.now, world.startTime + 6000, 'and all end at the same time');
});

test('each request is a POST with an id of its own, made of user and iteration', async () => {
  runUser(await script({ POD: '3', DURATION: '1s', CALC_URL: 'http://calc' }), 17);
  assert.equal(world.requests.length, 10);
  assert.deepEqual(ids().slice(0, 2), ['r-3-17-0', 'r-3-17-1']);
  assert.equal(new Set(ids()).size, 10);
  assert.equal(world.requests[0].url, 'http://calc/sum');
  assert.equal(world.requests[0].redirects, 0);
});

test('the answered ids can be rebuilt from the lines', async () => {
  failFor(/-(3|8)$/, { error: 'EOF', error_code: 1000, took: 20 });
  runUser(await script({ DURATION: '2s', REPORT: '1' }), 5);
  assert.deepEqual(told('failed').map((line) => field(line, 'id')), ['r-0-5-3', 'r-0-5-8']);
  assert.equal(Math.max(...numbers(told('user=5'), 'last')) + 1, world.requests.length);
  assert.equal(sum(numbers(told('user=5'), 'ok')), world.requests.length - 2);
});

test('the lines of a user are numbered without a gap, also without an answer', async () => {
  failFor(/-1\d$/, { error: 'dial: connection refused', error_code: 1212, took: 1 });
  runUser(await script({ DURATION: '4s', REPORT: '1' }), 5);
  assert.deepEqual(numbers(told('user=5'), 'seq'), [0, 1, 2, 3]);
  assert.match(told('user=5')[1], / ok=0 failed=10 last=19 protocol=HTTP\/1.1 steps=- ms=-$/);
});

test('a failure is told with its time, door, kind, class and text', async () => {
  const error = 'read tcp 10.0.0.1:4->10.0.0.2:80: EOF';
  failFor(/-2$/, { error, error_code: 1000, took: 20 });
  runUser(await script({ DURATION: '1s', DOOR: 'https', REUSE: '1' }));
  assert.deepEqual(told('failed'), [
    'calc-load failed id=r-0-1-2 door=https kind=keepalive outcome=eof at=1700000000200 ms=20 ' +
      'why=read_tcp_10.0.0.1:4-_10.0.0.2:80:_EOF',
  ]);
});

test('a user waits after a failure as long as an answer takes', async () => {
  failFor(/./, { error: 'dial: connection refused', error_code: 1212, took: 1 });
  runUser(await script({ DURATION: '1s' }));
  assert.equal(world.requests.length, 10);
});

test('lines say how many were answered, when they were sent and how long they took', async () => {
  world.answer = () => ({ status: 200, took: 250 });
  runUser(await script({ DURATION: '2s', REPORT: '1' }), 2);
  assert.deepEqual(told('user=2'), [
    'calc-load user=2 seq=0 at=1700000000 ok=4 failed=0 last=3 protocol=HTTP/1.1 ' +
      'steps=1,1,1,1 ms=250*4',
    'calc-load user=2 seq=1 at=1700000001 ok=4 failed=0 last=7 protocol=HTTP/1.1 ' +
      'steps=1,1,1,1 ms=250*4',
  ]);
});

test('no request is sent in the last second, one that ends after it is told', async () => {
  failFor(/-9$/, { error: 'request timeout', error_code: 1050, took: 10_000 });
  const module = await script({ DURATION: '1s' });
  runUser(module);
  assert.equal(world.requests.length, 10);
  assert.match(told('user=1').at(-1), /last=9 /);
  const grace = module.secondsOf(module.options.scenarios.load.gracefulStop);
  assert.ok(grace > module.secondsOf(world.requests[0].timeout));
});

test('what k6 itself cut off is not counted', async () => {
  failFor(/-4$/, { error: 'context canceled', error_code: 1000 });
  runUser(await script({ DURATION: '1s' }));
  assert.deepEqual(world.counts, { calc_ok: 9 });
  assert.deepEqual(told('failed'), []);
});

test('several k6 start at the same time, and one that comes late says so', async () => {
  const early = await script({ START_AT: '1700000030', POD: '2' });
  assert.equal(early.options.setupTimeout, '90s');
  early.setup();
  assert.equal(world.now, 1_700_000_030_000);
  assert.deepEqual(world.lines, ['calc-load start pod=2 late=0.000']);
  world.now += 2_500;
  early.setup();
  assert.equal(world.lines[1], 'calc-load start pod=2 late=2.500');
});

// Error, code, and the class: texts as k6 and Go write them.
const errors = [
  [1212, 'dial: connection refused', 'refused'],
  [1213, 'dial: unknown errno 113 error with msg `no route to host`', 'unreachable'],
  [1213, 'dial: unknown errno 101 error with msg `network is unreachable`', 'unreachable'],
  [1213, 'dial: unknown errno 112 error with msg `host is down`', 'unreachable'],
  [1213, 'dial: unknown errno 110 error with msg `connection timed out`', 'timeout'],
  [1213, 'dial: unknown errno 99 error with msg `cannot assign requested address`', 'own'],
  [1213, 'dial: unknown errno 24 error with msg `too many open files`', 'own'],
  [1211, 'dial: i/o timeout', 'timeout'],
  [1050, 'request timeout', 'timeout'],
  [1000, 'net/http: TLS handshake timeout', 'timeout'],
  [1220, 'read: connection reset by peer', 'reset'],
  [1201, 'write: broken pipe', 'reset'],
  [1000, 'EOF', 'eof'],
  [1000, 'unexpected EOF', 'eof'],
  [1000, 'http: server closed idle connection', 'eof'],
  [1000, 'net/http: HTTP/1.x transport connection broken: unexpected EOF', 'eof'],
  [1610, 'http2: received GoAway with http2 ErrCode NO_ERROR', 'eof'],
  [1000, 'http2: client connection lost', 'eof'],
  [1633, 'http2: stream error with http2 ErrCode INTERNAL_ERROR', 'reset'],
  [1651, 'http2: connection error with http2 ErrCode PROTOCOL_ERROR', 'reset'],
  [1101, 'lookup: no such host', 'own'],
  [1100, 'lookup calc on 10.96.0.10:53: read udp: i/o timeout', 'own'],
  [1301, 'tls: first record does not look like a TLS handshake', 'http_other'],
  [1000, 'malformed HTTP response "x"', 'http_other'],
];
for (const [code, error, outcome] of errors) {
  test(`${code} ${error} is ${outcome}`, async () => {
    const { outcomeOf } = await script();
    assert.equal(outcomeOf({ status: 0, error, error_code: code }), outcome);
  });
}

test('a status is its own class, an answer that ends too early is not', async () => {
  const { outcomeOf } = await script();
  const of = (status, error_code, error = '') => {
    return outcomeOf({ status, error, error_code, json: () => 10 });
  };
  assert.equal(of(502, 1502), 'http_502');
  assert.equal(of(503, 1503), 'http_503');
  assert.equal(of(404, 1404), 'http_other');
  assert.equal(of(302, 0), 'http_other');
  assert.equal(of(200, 1000, 'unexpected EOF'), 'eof');
  assert.equal(of(200, 0), 'ok');
});

test('a wrong result is no success', async () => {
  const { outcomeOf } = await script();
  const of = (json) => outcomeOf({ status: 200, error: '', error_code: 0, json });
  assert.equal(of(() => 11), 'wrong_answer');
  assert.equal(of(() => { throw new Error('no JSON'); }), 'wrong_answer');
});

test('the answer to another request is no success', async () => {
  const { outcomeOf } = await script();
  const of = (headers) => {
    return outcomeOf({ status: 200, error: '', error_code: 0, json: () => 10, headers }, 'a-0-1-2');
  };
  assert.equal(of({ 'X-Request-Id': 'a-0-1-2' }), 'ok');
  assert.equal(of({ 'X-Request-Id': 'a-0-1-3' }), 'wrong_answer');
  assert.equal(of({}), 'wrong_answer');
});

test('the summary is one JSON document, also without failures or answers', async () => {
  const module = await script({
    RUN: 'x', POD: '4', DOOR: 'http2', REUSE: '1', VUS: '50', DURATION: '20s',
  });
  const { stdout } = module.handleSummary({
    setup_data: { run: 'x' },
    metrics: {
      calc_ok: { values: { count: 12 } },
      calc_eof: { values: { count: 3 } },
      calc_own: { values: { count: 0 } },
      calc_latency: { values: { med: 101, 'p(90)': 103, 'p(99)': 110, max: 120 } },
    },
  });
  // By this a reader of the log knows it among other lines.
  assert.ok(stdout.startsWith('{"run":"x",'));
  const { sent, failed, outcomes, own, ...rest } = JSON.parse(stdout);
  assert.deepEqual([sent, failed, outcomes.eof, outcomes.refused, own], [15, 3, 3, 0, 0]);
  assert.deepEqual(rest, {
    run: 'x', pod: '4', door: 'http2', kind: 'keepalive', url: 'http://localhost:4000', users: 50,
    seconds: 20, latency_ms: { p50: 101, p90: 103, p99: 110, max: 120 },
  });
  assert.equal(JSON.parse(module.handleSummary({ metrics: {} }).stdout).sent, 0);
});

test('no class of failure goes without a threshold', async () => {
  const { options } = await script();
  const classes = [
    'refused', 'reset', 'eof', 'timeout', 'unreachable', 'http_502', 'http_503', 'http_other',
    'wrong_answer', 'own',
  ];
  for (const name of classes) assert.deepEqual(options.thresholds[`calc_${name}`], ['count==0']);
  assert.equal(options.thresholds.calc_ok, undefined);
});

test('a run without a name gets the same one for all users', async () => {
  const module = await script({ RUN: '' });
  assert.deepEqual(module.setup(), { run: '1700000000000' });
});

test('a duration is given as k6 takes it, and anything else is refused', async () => {
  const { secondsOf } = await script();
  assert.deepEqual(['90', '90s', '2m', '1m30s', '1h'].map(secondsOf), [90, 90, 120, 90, 3600]);
  for (const text of ['', '5x', 'm', '1s2m']) {
    assert.throws(() => secondsOf(text), /is no duration/);
  }
});
