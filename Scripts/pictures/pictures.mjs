// Draws the pictures of the pages from the results of one rehearsal, and puts its numbers into the
// table of the first page: make pictures. Usage: node pictures.mjs RESULTS REPOSITORY
import { readFileSync, writeFileSync } from 'node:fs';
import { classes, classOf, roleOf } from '../../Sources/Picture/Page/classes.mjs';
import { drawRow, rowLayout } from '../../Sources/Picture/Page/draw-row.mjs';
import { drawWhy, whyLayout } from '../../Sources/Picture/Page/draw-why.mjs';
import { byClass, headline, readRow } from '../../Sources/Picture/Page/model.mjs';
import { segments } from '../../Sources/Picture/Page/pods.mjs';
import { grouped } from '../../Sources/Picture/Page/scale.mjs';
import { mostInstructive, whyScene, whyWords } from '../../Sources/Picture/Page/why.mjs';
import { SvgPen } from './svg-pen.mjs';

const width = 960;
const names = ['1', '2', '3', '4', '5', '6', '6g', '7', '7g'];
const words = {
  starting: 'starting', ready: 'ready', preStop: 'preStop: serves on', draining: 'draining',
  killed: 'ignores SIGTERM',
};

// What a picture was made from; a test compares it with the table of the first page.
function origin(row) {
  const { sent, failed, cut, lost } = row.totals;
  return { commit: row.commit, began: row.began, row: row.name, sent, failed, cut, lost };
}

function titleOf(row) {
  const { number, noun, of, things } = headline(row);
  return `Row ${row.name}, ${row.news}: ${grouped(number)} of ${grouped(of)} ${things} ${noun}`;
}

// A title, the time-line, and what its shapes and colours mean.
export function rowSvg(row) {
  const pen = new SvgPen();
  const [head, body, foot] = [44, 470, 64];
  pen.text(12, 28, titleOf(row), { size: 19, weight: 700 });
  pen.at(0, head, () => drawRow(pen, row, rowLayout(row, width, body)));
  classKey(pen, row, head + body + 24);
  stateKey(pen, row, head + body + 50);
  const description = `A lane for each of ${row.pods.length} pods over ${row.end.toFixed(0)} s; `
    + 'each failed request is a mark at its instant on the lane of its pod.';
  return pen.document(width, head + body + foot,
    { title: titleOf(row), description, metadata: origin(row) });
}

// The pod that teaches most, with its two paths.
export function whySvg(row) {
  const pen = new SvgPen();
  const [head, body] = [44, 430];
  const scene = whyScene(row, mostInstructive(row));
  const title = `Why requests fail in row ${row.name}: pod ${scene.pod.name}`;
  pen.text(12, 28, title, { size: 19, weight: 700 });
  pen.at(0, head, () => drawWhy(pen, scene, whyLayout(scene, width, body)));
  return pen.document(width, head + body,
    { title, description: whyWords(row, scene), metadata: origin(row) });
}

function classKey(pen, row, y) {
  const sums = byClass(row.counts);
  let x = 16;
  const list = classes.map((one) => one.name).filter((name) => sums[name] > 0);
  for (const name of list) {
    const text = `${grouped(sums[name])} ${name}`;
    pen.mark(classOf(name).shape, x, y - 5, 6, roleOf(name));
    pen.text(x + 14, y, text, { size: 14, weight: 600 });
    x += 44 + pen.width(text, { size: 14, weight: 600 });
  }
  if (list.length === 0) pen.text(x - 4, y, 'No request failed.', { size: 14, weight: 600 });
}

function stateKey(pen, row, y) {
  const all = row.pods.flatMap((pod) => segments(pod, row.end));
  const occurs = new Set(all.filter(({ from, to }) => to - from > 0.01).map(({ state }) => state));
  const items = Object.keys(words).filter((state) => occurs.has(state))
    .map((state) => [state, words[state], 9])
    .concat([['table', 'proxies send to it', 3]])
    .concat([['inTable', 'and still do, though it is deleted', 4]]);
  let x = 10;
  for (const [role, text, height] of items) {
    pen.rect(x, y - 5 - height / 2, 22, height, role);
    pen.text(x + 28, y, text, { role: 'quiet', size: 13 });
    x += 50 + pen.width(text, { size: 13 });
  }
}

// The lines of the table, with these numbers in place of the old ones.
export function tableLines(lines, rows) {
  const head = ['row', 'what is new', 'sent', 'failed', 'cut', 'lost', 'verdict'];
  const body = rows.map((row) => [row.name, row.news, grouped(row.totals.sent),
    grouped(row.totals.failed), grouped(row.totals.cut),
    row.totals.lost === null ? '–' : grouped(row.totals.lost), row.verdict.word]);
  const table = [head, ...body];
  const widths = head.map((_, i) => Math.max(...table.map((line) => line[i].length)));
  const isLeft = (i) => i === 1 || i === 6;
  const text = table.map((line) => `    ${line.map((cell, i) =>
    (isLeft(i) ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ')}`.trimEnd());
  const start = lines.findIndex((line) => /^ +row  what is new/.test(line));
  const end = start + lines.slice(start).findIndex((line) => line === '');
  if (start < 0 || end < start) throw new Error('README.md has no table of the rows');
  return [...lines.slice(0, start), ...text, ...lines.slice(end)];
}

// What stands between the row's name and its numbers.
function newsOf(lines, name) {
  const line = lines.find((one) => one.match(/^ {4,6}(\w+)  /)?.[1] === name && /\d/.test(one));
  return line?.match(/^ +\w+  (.*?)  +\d/)?.[1] ?? '';
}

export function draw(results, repository) {
  const readme = `${repository}/README.md`;
  const lines = readFileSync(readme, 'utf8').split('\n');
  const rows = names.map((name) => {
    const result = JSON.parse(readFileSync(`${results}/${name}.json`, 'utf8'));
    return readRow({ file: '', news: newsOf(lines, name), result });
  });
  const runs = new Set(rows.map((row) => row.commit));
  if (runs.size !== 1 || runs.has(undefined)) {
    throw new Error(`the rows are of several commits: ${[...runs].join(', ')}`);
  }
  const row = (name) => rows.find((one) => one.name === name);
  const pictures = {
    'row-3.svg': rowSvg(row('3')), 'row-5.svg': rowSvg(row('5')), 'why-4.svg': whySvg(row('4')),
  };
  for (const [name, text] of Object.entries(pictures)) {
    writeFileSync(`${repository}/docs/${name}`, text);
  }
  const wall = Math.max(...rows.map((one) => one.harness.wall_s)).toFixed(1);
  const holding = rows.filter((one) => one.verdict.word === 'holds').length;
  const text = tableLines(lines, rows).join('\n')
    .replace(/commit [0-9a-f]{7,12}\):/, `commit ${rows[0].commit.slice(0, 7)}):`)
    .replace(/\d of 9 rows as the talk says, in [\d.]+ s;/,
      `${holding} of 9 rows as the talk says, in ${wall} s;`);
  writeFileSync(readme, text);
  return Object.keys(pictures);
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [results, repository] = process.argv.slice(2);
  try {
    for (const name of draw(results, repository)) console.log(`docs/${name}`);
    console.log('README.md');
  } catch (error) {
    console.error(`pictures: ${error.message}`);
    process.exitCode = 66;
  }
}
