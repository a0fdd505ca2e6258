// Elements of the page. Text is always set as text: a pod's name or a manifest's path never becomes
// markup.

// - attributes: `class`, `text`, `on…` handlers, and any other attribute by its name.
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === 'text') made.textContent = value;
    else if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

// A canvas that is as large as its box and as sharp as the screen.
// - returns: `{width, height, context}` in CSS pixels.
export function fitted(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas.parentElement;
  const ratio = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { width, height, context };
}

// A canvas of the same size that is not shown.
export function layerOf(canvas, draw) {
  const layer = document.createElement('canvas');
  const ratio = window.devicePixelRatio || 1;
  layer.width = canvas.width;
  layer.height = canvas.height;
  const context = layer.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  draw(context);
  return layer;
}

// Says something beside a point of a canvas, within it.
export function placeTip(tip, canvas, { x, y }, text) {
  tip.textContent = text;
  tip.hidden = false;
  tip.style.left = `${Math.max(0, Math.min(x + 12, canvas.clientWidth - tip.offsetWidth - 4))}px`;
  const isLow = y + 14 + tip.offsetHeight > canvas.clientHeight;
  tip.style.top = `${isLow ? y - tip.offsetHeight - 10 : y + 14}px`;
}

export function theme() {
  return document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light';
}
