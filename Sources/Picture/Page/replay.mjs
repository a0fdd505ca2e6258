// The clock of a replay: time that runs at 1×, 4× or 16×, stands still, or is moved by hand. It
// knows no wall clock; the view tells it how much time has passed.

const speeds = [1, 4, 16];

export class Replay {
  // - end: the instant at which it stops.
  constructor(end) {
    this.end = end;
    this.t = null;
    this.speed = 1;
    this.isRunning = false;
  }

  // Nothing is hidden: not replaying.
  get isWhole() { return this.t === null; }

  // The instant up to which is drawn.
  get until() { return this.t ?? Infinity; }

  // Runs from where it stands, or from the start when it stands at the end.
  toggle() {
    if (this.isRunning) {
      this.isRunning = false;
    } else {
      if (this.t === null || this.t >= this.end) this.t = 0;
      this.isRunning = true;
    }
  }

  faster() {
    this.speed = speeds[(speeds.indexOf(this.speed) + 1) % speeds.length];
  }

  // By hand; null shows all.
  seek(t) {
    this.isRunning = false;
    this.t = t === null ? null : Math.max(0, Math.min(this.end, t));
  }

  step(seconds) {
    this.seek((this.t ?? (seconds > 0 ? 0 : this.end)) + seconds);
  }

  // - returns: whether the picture changed.
  advance(elapsed) {
    if (!this.isRunning) return false;
    this.t = Math.min(this.end, this.t + elapsed * this.speed);
    if (this.t >= this.end) this.isRunning = false;
    return true;
  }
}
