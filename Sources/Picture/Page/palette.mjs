// Colours by what they stand for. After Okabe and Ito, darker on white and lighter on black; states
// of pods are pale, so that the marks stand out.

const light = {
  paper: '#ffffff', ink: '#1b1f24', quiet: '#5b6470', faint: '#d8dde3', grid: '#e9edf1',
  starting: '#d3d8de', ready: '#a5d8c6', deleted: '#f2c14e', preStop: '#8ec7ee',
  draining: '#3f86c4', killed: '#4a4458', table: '#3d4f63', inTable: '#f0a202',
  gap: '#d55e00', spare: '#009e73', sent: '#b9c3ce', failed: '#d55e00',
  refused: '#d55e00', reset: '#a0307c', eof: '#c0398f', timeout: '#8a5a00',
  unreachable: '#c97900', http_502: '#6a2fb0', http_503: '#b01e1e', http_other: '#44505c',
  wrong_answer: '#000000', lost: '#b01e1e',
};

const dark = {
  paper: '#0f1318', ink: '#eef2f6', quiet: '#9aa6b2', faint: '#333c46', grid: '#20272e',
  starting: '#414a54', ready: '#1f6b57', deleted: '#8a6a16', preStop: '#2b6a94',
  draining: '#5ba3e0', killed: '#8d84a3', table: '#a9bacb', inTable: '#f5b32e',
  gap: '#ff7a1a', spare: '#2fd3a2', sent: '#46525e', failed: '#ff7a1a',
  refused: '#ff7a1a', reset: '#e58ccb', eof: '#f59bd6', timeout: '#e8c15a',
  unreachable: '#ffb84a', http_502: '#b896ff', http_503: '#ff6b6b', http_other: '#b6c1cc',
  wrong_answer: '#ffffff', lost: '#ff6b6b',
};

export const palettes = { light, dark };
