// Small stand-ins for k6's modules, so that node can run the load test: what it sends, prints and
// counts is kept here, and time passes only when the script sleeps or a request takes it.
export const world = {
  now: 0,
  startTime: 0,
  user: 1,
  iteration: 0,
  lines: [],
  requests: [],
  counts: {},
  times: [],
  answer: () => ({ status: 200, error: '', error_code: 0, took: 101 }),
};

globalThis.__ENV = {};
console.log = (line) => world.lines.push(String(line));
Date.now = () => world.now;

export const sleep = (seconds) => { world.now += Math.round(seconds * 1000); };

class Metric {
  constructor(name) { this.name = name; }
}

export class Counter extends Metric {
  add(n) { world.counts[this.name] = (world.counts[this.name] || 0) + n; }
}

export class Trend extends Metric {
  add(n) { world.times.push(n); }
}

const http = {
  post(url, body, parameters) {
    world.requests.push({ url, body, ...parameters });
    const { took = 100, ...answer } = world.answer(parameters.headers['X-Request-ID']);
    world.now += took;
    return {
      error: '', error_code: 0, proto: 'HTTP/1.1', body: '{"result":10}',
      headers: { 'X-Request-Id': parameters.headers['X-Request-ID'] }, ...answer,
      json(path) { return JSON.parse(this.body)[path]; },
    };
  },
};

const execution = {
  get scenario() { return { startTime: world.startTime }; },
  get vu() { return { idInTest: world.user, iterationInScenario: world.iteration }; },
};

export const parts = { http, execution };
