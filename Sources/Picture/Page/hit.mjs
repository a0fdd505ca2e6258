// Finds the mark under a pointer among many thousands: a grid of cells holds the marks by place.

const cell = 16;

// - marks: `[{x, y, …}]` in pixels.
export function grid(marks) {
  const cells = new Map();
  for (const mark of marks) {
    const key = keyAt(mark.x, mark.y);
    const list = cells.get(key);
    if (list) list.push(mark); else cells.set(key, [mark]);
  }
  return cells;
}

// The nearest mark within `reach` pixels; of those that lie on each other the last, which is drawn
// on top. Null when there is none.
export function nearest(cells, x, y, reach) {
  let best = null;
  let least = reach;
  const steps = Math.ceil(reach / cell);
  const [column, line] = [Math.floor(x / cell), Math.floor(y / cell)];
  for (let i = column - steps; i <= column + steps; i += 1) {
    for (let j = line - steps; j <= line + steps; j += 1) {
      for (const mark of cells.get(`${i},${j}`) ?? []) {
        const distance = Math.hypot(mark.x - x, mark.y - y);
        if (distance <= least) [best, least] = [mark, distance];
      }
    }
  }
  return best;
}

function keyAt(x, y) {
  return `${Math.floor(x / cell)},${Math.floor(y / cell)}`;
}
