// Gives node the stand-ins when the script asks for k6's modules.
const here = new URL('k6.mjs', import.meta.url).href;
const modules = {
  k6: `export { sleep } from "${here}"`,
  'k6/metrics': `export { Counter, Trend } from "${here}"`,
  'k6/http': `import { parts } from "${here}"; export default parts.http`,
  'k6/execution': `import { parts } from "${here}"; export default parts.execution`,
};

export async function resolve(name, context, next) {
  if (name in modules) return { url: `k6:${name}`, shortCircuit: true };
  return next(name, context);
}

export async function load(url, context, next) {
  if (url.startsWith('k6:')) {
    return { format: 'module', source: modules[url.slice(3)], shortCircuit: true };
  }
  if (url.includes('/k6/load-test.js')) return next(url, { ...context, format: 'module' });
  return next(url, context);
}
