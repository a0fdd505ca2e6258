// The classes of failed requests: how each looks, and what it says in words. Shape and lightness
// differ, not only hue, so that they are told apart without colours.

// In the order of the result files.
export const classes = [
  { name: 'refused', shape: 'cross', words: 'no socket listened at the address' },
  { name: 'reset', shape: 'up', words: 'the connection was reset in flight' },
  { name: 'eof', shape: 'down', words: 'the connection ended before the response' },
  { name: 'timeout', shape: 'diamond', words: 'no response within the time-out' },
  { name: 'unreachable', shape: 'square', words: 'the pod’s address was gone' },
  { name: 'http_502', shape: 'star', words: 'the balancer’s pod closed before it answered' },
  { name: 'http_503', shape: 'dot', words: 'the balancer could not connect to a pod' },
  { name: 'http_other', shape: 'plus', words: 'another status than 200' },
  { name: 'wrong_answer', shape: 'ring', words: 'a 200 with the wrong result' },
];

const unknownClass = { name: '', shape: 'ring', words: 'a class that this page does not know' };
const cutClasses = new Set(['eof', 'reset', 'http_502']);

// A class that this page does not know looks like a wrong answer, under its own name.
export function classOf(outcome) {
  return classes.find((one) => one.name === outcome) ?? { ...unknownClass, name: outcome };
}

// The colour of a class is named after it.
export function roleOf(outcome) {
  return classes.some((one) => one.name === outcome) ? outcome : 'wrong_answer';
}

// A request that had reached a pod and was cut off.
export function isCut(outcome) {
  return cutClasses.has(outcome);
}

// The corners of a class's shape, for a mark of radius 1; null for those that are no polygon.
export function corners(shape) {
  switch (shape) {
    case 'up': return [[0, -1.1], [1, 0.8], [-1, 0.8]];
    case 'down': return [[0, 1.1], [1, -0.8], [-1, -0.8]];
    case 'diamond': return [[0, -1.25], [1, 0], [0, 1.25], [-1, 0]];
    case 'square': return [[-0.85, -0.85], [0.85, -0.85], [0.85, 0.85], [-0.85, 0.85]];
    case 'star': return star(5, 1.25, 0.55);
    default: return null;
  }
}

function star(points, outer, inner) {
  return Array.from({ length: points * 2 }, (_, index) => {
    const angle = (index * Math.PI) / points - Math.PI / 2;
    const radius = index % 2 === 0 ? outer : inner;
    return [Math.cos(angle) * radius, Math.sin(angle) * radius];
  });
}
