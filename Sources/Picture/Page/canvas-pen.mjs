// Draws on a canvas with the roles of the palette as colours. `SvgPen` in Scripts/pictures draws
// the same as text.

import { corners } from './classes.mjs';
import { palettes } from './palette.mjs';

const family = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';

export class CanvasPen {
  constructor(context, theme) {
    this.context = context;
    this.colours = palettes[theme];
  }

  colour(role) { return this.colours[role]; }

  rect(x, y, width, height, role, { alpha = 1 } = {}) {
    const { context } = this;
    context.globalAlpha = alpha;
    context.fillStyle = this.colour(role);
    context.fillRect(x, y, width, height);
    context.globalAlpha = 1;
  }

  line(x1, y1, x2, y2, role, { width = 1, dash = [], alpha = 1 } = {}) {
    const { context } = this;
    context.globalAlpha = alpha;
    context.strokeStyle = this.colour(role);
    context.lineWidth = width;
    context.setLineDash(dash);
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
    context.setLineDash([]);
    context.globalAlpha = 1;
  }

  polygon(points, role, { alpha = 1 } = {}) {
    const { context } = this;
    context.globalAlpha = alpha;
    context.fillStyle = this.colour(role);
    context.beginPath();
    points.forEach(([x, y], index) => (index ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.closePath();
    context.fill();
    context.globalAlpha = 1;
  }

  text(x, y, text, { role = 'ink', size = 12, weight = 400, align = 'left' } = {}) {
    const { context } = this;
    context.fillStyle = this.colour(role);
    context.font = `${weight} ${size}px ${family}`;
    context.textAlign = align;
    context.textBaseline = 'alphabetic';
    context.fillText(text, x, y);
  }

  width(text, { size = 12, weight = 400 } = {}) {
    this.context.font = `${weight} ${size}px ${family}`;
    return this.context.measureText(text).width;
  }

  // A failure: its class's shape with a rim of paper, so that marks on each other stay apart.
  mark(shape, x, y, radius, role) {
    const { context } = this;
    const points = corners(shape);
    const stroke = Math.max(1.4, radius * 0.55);
    context.lineJoin = 'round';
    context.setLineDash([]);
    const trace = () => {
      context.beginPath();
      if (points) {
        points.forEach(([px, py], index) => {
          const [cx, cy] = [x + px * radius, y + py * radius];
          if (index) context.lineTo(cx, cy); else context.moveTo(cx, cy);
        });
        context.closePath();
      } else if (shape === 'cross' || shape === 'plus') {
        const [a, b] = shape === 'cross' ? [0.8, 0.8] : [1.1, 0];
        context.moveTo(x - a * radius, y - b * radius);
        context.lineTo(x + a * radius, y + b * radius);
        context.moveTo(x - b * radius, y + a * radius);
        context.lineTo(x + b * radius, y - a * radius);
      } else {
        context.arc(x, y, radius * (shape === 'ring' ? 0.75 : 0.95), 0, Math.PI * 2);
      }
    };
    const isStroked = shape === 'cross' || shape === 'plus' || shape === 'ring';
    trace();
    context.strokeStyle = this.colour('paper');
    context.lineWidth = isStroked ? stroke + 1.6 : 1.6;
    context.stroke();
    if (isStroked) {
      trace();
      context.strokeStyle = this.colour(role);
      context.lineWidth = stroke;
      context.stroke();
    } else {
      context.fillStyle = this.colour(role);
      context.fill();
    }
  }
}
