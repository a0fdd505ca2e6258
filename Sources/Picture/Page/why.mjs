// Why requests fell: one deleted pod, and what its two paths did. Chooses the pod that teaches
// most, and says it in words.

import { classes, classOf } from './classes.mjs';
import { gap, instants, isKilled } from './pods.mjs';
import { counted, grouped, milliseconds } from './scale.mjs';

// Seconds before and after the deletion.
export const before = 3;
export const after = 10;

// The failures that were sent to a pod around its deletion.
export function failuresOf(row, pod) {
  const { deletion } = instants(pod);
  if (deletion === undefined) return [];
  return row.failures.filter((failure) => failure.lane === pod.lane
    && failure.t >= deletion - before && failure.t <= deletion + after);
}

// The pods that can be shown: those that were deleted, in the order of their deletion.
export function deletedPods(row) {
  return row.pods.filter((pod) => instants(pod).deletion !== undefined)
    .sort((a, b) => a.deletion - b.deletion);
}

// The pod with the most failures, and more so if they are of several classes. Without any, a pod
// whose lag is in the middle: the longest would exaggerate.
export function mostInstructive(row) {
  const pods = deletedPods(row);
  if (pods.length === 0) return null;
  const counts = new Map();
  for (const pod of pods) {
    const failures = failuresOf(row, pod);
    const kinds = new Set(failures.map((failure) => failure.outcome)).size;
    counts.set(pod, failures.length === 0 ? 0 : failures.length + 4 * (kinds - 1));
  }
  const best = Math.max(...counts.values());
  if (best > 0) return pods.find((pod) => counts.get(pod) === best);
  const rollout = pods.filter((pod) => pod.deleted_in === 'deploy' && gap(pod));
  const measured = rollout.length > 0 ? rollout : pods.filter((pod) => gap(pod));
  if (measured.length === 0) return pods[0];
  const byLag = [...measured].sort((a, b) => gap(a).lag - gap(b).lag);
  return byLag[Math.floor(byLag.length / 2)];
}

// All that the view shows of a pod; instants are seconds from its deletion.
export function whyScene(row, pod) {
  const at = instants(pod);
  const from = (t) => (t === undefined ? undefined : t - at.deletion);
  const failures = failuresOf(row, pod).map((failure) => ({
    ...failure, x: failure.t - at.deletion,
  }));
  const lines = classes.map((one) => one.name)
    .concat(failures.map((failure) => failure.outcome)).filter(isFirst)
    .map((outcome) => ({
      outcome, shape: classOf(outcome).shape,
      failures: failures.filter((failure) => failure.outcome === outcome),
    }))
    .filter((line) => line.failures.length > 0);
  const found = gap(pod);
  return {
    pod, failures, lines, isKilled: isKilled(pod),
    preStop: from(at.preStop), sigterm: from(at.sigterm), exit: from(at.exit),
    leaves: from(at.leaves),
    gap: found && { ...found, from: from(found.from), to: from(found.to) },
  };
}

function isFirst(value, index, list) {
  return list.indexOf(value) === index;
}

// The two paths in sentences, for the caption and for screen readers.
export function whyWords(row, scene) {
  const { pod } = scene;
  const sentences = [`Pod ${pod.name} was deleted ${when(row, pod)}.`];
  sentences.push(kubelet(scene));
  if (scene.gap) sentences.push(proxies(scene));
  const count = scene.failures.length;
  if (count > 0) {
    const parts = scene.lines.map((line) => `${grouped(line.failures.length)} ${line.outcome}`);
    sentences.push(`${counted(count, 'request')} to this pod failed: ${parts.join(', ')}.`);
    sentences.push('A mark stands where a request was sent, the line behind it is the wait.');
  } else {
    sentences.push('No request to this pod failed.');
  }
  if (pod.lost > 0) {
    sentences.push(`${counted(pod.lost, 'operation')} that it answered were lost with it.`);
  }
  return sentences.join(' ');
}

function when(row, pod) {
  return `${pod.deletion.toFixed(1)} s after the start`
    + (pod.deleted_in ? `, in the phase ${pod.deleted_in}` : '');
}

function kubelet(scene) {
  if (scene.sigterm === undefined) return 'Its SIGTERM was not recorded.';
  const first = scene.preStop !== undefined && scene.sigterm > scene.preStop
    ? `The kubelet slept in preStop and sent SIGTERM after ${milliseconds(scene.sigterm)}`
    : 'The kubelet sent SIGTERM at once';
  if (scene.exit === undefined) return `${first}.`;
  const took = milliseconds(scene.exit - scene.sigterm);
  return scene.isKilled
    ? `${first}; the pod ignored it, served on, and was killed ${took} later.`
    : `${first}; the process ended ${took} later`
      + `${scene.pod.code === undefined ? '' : ` with exit code ${scene.pod.code}`}.`;
}

function proxies({ gap: { length, lag } }) {
  const heard = `The proxies took it out of their tables ${milliseconds(lag)} after the deletion`;
  return length > 0
    ? `${heard}: for ${milliseconds(length)} they sent clients to a pod that no longer listened.`
    : `${heard}, ${milliseconds(-length)} before it stopped listening.`;
}
