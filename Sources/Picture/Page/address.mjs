// What is shown, in the address: `#row=4&t=12.5`, so that a slide can link to it.

export const views = ['hall', 'row', 'why', 'beside'];
const plain = { view: 'hall', row: null, other: null, pod: null, t: null };

// Whatever is not understood is left out: a link of an older page still leads somewhere.
export function parseAddress(hash) {
  const values = new URLSearchParams(hash.replace(/^#/, ''));
  const row = values.get('row');
  const t = values.has('t') && values.get('t').trim() !== '' ? Number(values.get('t')) : NaN;
  const asked = values.get('view');
  const view = views.includes(asked) ? asked : row === null ? 'hall' : 'row';
  return {
    view, row, other: values.get('with'), pod: values.get('pod'),
    t: Number.isFinite(t) ? t : null,
  };
}

export function addressOf(shown) {
  const { view, row, other, pod, t } = { ...plain, ...shown };
  const parts = [];
  if (view !== 'hall' && row !== null) parts.push(`row=${encodeURIComponent(row)}`);
  if (view === 'why' || view === 'beside') parts.push(`view=${view}`);
  if (view === 'beside' && other !== null) parts.push(`with=${encodeURIComponent(other)}`);
  if (view === 'why' && pod !== null) parts.push(`pod=${encodeURIComponent(pod)}`);
  if (view !== 'hall' && t !== null) parts.push(`t=${Number(t.toFixed(2))}`);
  return `#${parts.join('&')}`;
}
