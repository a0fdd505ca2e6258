// Draws the same as `CanvasPen`, as the text of an SVG that is crisp at any size and has both
// palettes: the reader's colour scheme chooses. Runs without a browser.

import { corners } from '../../Sources/Picture/Page/classes.mjs';
import { palettes } from '../../Sources/Picture/Page/palette.mjs';

const family = 'system-ui,-apple-system,Segoe UI,Roboto,DejaVu Sans,sans-serif';

export class SvgPen {
  constructor() { this.parts = []; }

  rect(x, y, width, height, role, { alpha = 1, radius = 0 } = {}) {
    if (!(width > 0 && height > 0)) return;
    this.parts.push(`<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}"`
      + `${radius > 0 ? ` rx="${n(radius)}"` : ''}${opacity(alpha)} class="${role}"/>`);
  }

  line(x1, y1, x2, y2, role, { width = 1, dash = [], alpha = 1 } = {}) {
    this.parts.push(`<path d="M${n(x1)} ${n(y1)}L${n(x2)} ${n(y2)}" stroke-width="${n(width)}"`
      + `${dash.length ? ` stroke-dasharray="${dash.join(' ')}"` : ''}${opacity(alpha)}`
      + ` class="s ${role}"/>`);
  }

  polygon(points, role, { alpha = 1 } = {}) {
    const list = points.map(([x, y]) => `${n(x)},${n(y)}`).join(' ');
    this.parts.push(`<polygon points="${list}"${opacity(alpha)} class="${role}"/>`);
  }

  text(x, y, text, { role = 'ink', size = 12, weight = 400, align = 'left' } = {}) {
    const place = { left: '', center: 'middle', right: 'end' }[align];
    const anchor = place ? ` text-anchor="${place}"` : '';
    this.parts.push(`<text x="${n(x)}" y="${n(y)}" font-size="${n(size)}"`
      + `${weight === 400 ? '' : ` font-weight="${weight}"`}${anchor} class="${role}">`
      + `${escaped(text)}</text>`);
  }

  // Without a browser a width is an estimate, rather too wide than too narrow.
  width(text, { size = 12, weight = 400 } = {}) {
    return text.length * size * (weight > 500 ? 0.57 : 0.55);
  }

  mark(shape, x, y, radius, role) {
    const points = corners(shape);
    const r = radius;
    if (points) {
      const list = points.map(([px, py]) => `${n(x + px * r)},${n(y + py * r)}`).join(' ');
      this.parts.push(`<polygon points="${list}" class="m ${role}"/>`);
    } else if (shape === 'cross' || shape === 'plus') {
      const [a, b] = shape === 'cross' ? [0.8 * r, 0.8 * r] : [1.1 * r, 0];
      const path = `M${n(x - a)} ${n(y - b)}L${n(x + a)} ${n(y + b)}`
        + `M${n(x - b)} ${n(y + a)}L${n(x + b)} ${n(y - a)}`;
      const width = Math.max(1.4, r * 0.55);
      this.parts.push(`<path d="${path}" stroke-width="${n(width)}" class="s ${role}"/>`);
    } else {
      const isRing = shape === 'ring';
      const kind = isRing ? `stroke-width="${n(r * 0.55)}" class="s` : 'class="m';
      this.parts.push(`<circle cx="${n(x)}" cy="${n(y)}" r="${n(r * (isRing ? 0.75 : 0.95))}"`
        + ` ${kind} ${role}"/>`);
    }
  }

  // What is drawn meanwhile stands at another place.
  at(x, y, draw) {
    this.parts.push(`<g transform="translate(${n(x)} ${n(y)})">`);
    draw();
    this.parts.push('</g>');
  }

  // - about: `{title, description, metadata}`; the metadata is JSON for programs to read.
  document(width, height, { title, description, metadata }) {
    const rules = Object.keys(palettes.light).map((role) => `.${role}{--c:var(--${role})}`);
    const colours = (theme) => Object.entries(palettes[theme])
      .map(([role, colour]) => `--${role}:${colour}`).join(';');
    const style = [
      `:root{${colours('light')}}`,
      `@media (prefers-color-scheme: dark){:root{${colours('dark')}}}`,
      'rect,polygon,circle,text{fill:var(--c)}', '.s{fill:none;stroke:var(--c)}',
      '.m{stroke:var(--paper);stroke-width:1.2}', ...rules,
    ];
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${n(width)} ${n(height)}" `
        + `width="${n(width)}" height="${n(height)}" role="img" font-family="${family}">`,
      `<title>${escaped(title)}</title>`, `<desc>${escaped(description)}</desc>`,
      `<metadata>${escaped(JSON.stringify(metadata))}</metadata>`,
      `<style>\n${style.join('\n')}\n</style>`,
      `<rect width="${n(width)}" height="${n(height)}" class="paper"/>`,
      ...this.parts, '</svg>', '',
    ].join('\n');
  }
}

// A tenth of a pixel is fine enough.
function n(value) {
  return String(Math.round(value * 10) / 10);
}

function opacity(alpha) {
  return alpha < 1 ? ` opacity="${alpha}"` : '';
}

function escaped(text) {
  return String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
