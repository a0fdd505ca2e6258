// Time on the page: from seconds to pixels and back, ticks, and how times and numbers are written.

// A linear scale from seconds to pixels.
export function timeScale(from, to, left, right) {
  const span = Math.max(to - from, 1e-9);
  return {
    from, to, left, right,
    x: (t) => left + ((t - from) / span) * (right - left),
    t: (x) => from + ((x - left) / Math.max(right - left, 1e-9)) * span,
  };
}

// The round instants of an axis, about `count` of them.
export function ticks(from, to, count) {
  const rough = (to - from) / Math.max(count, 1);
  if (!(rough > 0) || !Number.isFinite(rough)) return [];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough - 1e-12);
  const list = [];
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + step * 1e-9; k += 1) {
    list.push(Number((k * step).toPrecision(12)));
  }
  return list;
}

// `12.5 s`; without decimals from 100 s on, and at whole seconds.
export function seconds(t, decimals = 1) {
  return `${Number(t.toFixed(decimals))} s`;
}

// A short time: `812 ms`, or `5.01 s` from 10 s on in seconds.
export function milliseconds(t) {
  const ms = Math.round(t * 1000);
  return Math.abs(ms) < 10000 ? `${grouped(ms)} ms` : `${Number(t.toFixed(2))} s`;
}

// 22272 is `22,272`.
export function grouped(number) {
  return String(Math.round(number)).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

// `1 request`, `2 requests`.
export function counted(number, noun) {
  return `${grouped(number)} ${noun}${number === 1 ? '' : 's'}`;
}
