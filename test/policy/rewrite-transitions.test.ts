import { describe, expect, it } from 'vitest';
import { rewriteTransitions } from '../../src/policy/rewrite-transitions.ts';

const PAUSE = '{ at: 2026-11-01T02:00-05:00, state: paused, by: nightly }';
const RESUME = '{ at: 2026-11-01T06:00-05:00, state: baseline }';

/** A file with one range case whose expectation of `a` is this text. */
const file = (expectation: string) => `# what we agreed on
syncs: [ { name: a } ]   # one is enough

cases:
  - name: a night   # of many
    from: 2026-11-01
    to: 2026-11-02
    expect:
      a:${expectation}

  - name: another
    at: 2026-11-01
    expect: { a: paused }
`;
const path = ['cases', 0, 'expect', 'a'];

describe('rewriting transitions', () => {
  it('puts a number in the place of a number, and touches nothing else', () => {
    const before = file(' { transitions: 0, state: running } # why not');
    expect(rewriteTransitions(before, [{ path, transitions: 2 }])).toBe(
      file(' { transitions: 2, state: running } # why not'),
    );
  });

  it('writes a list of one line where the expectation is written in braces', () => {
    const before = file(' { transitions: [], state: running }');
    expect(rewriteTransitions(before, [{ path, transitions: [PAUSE, RESUME] }])).toBe(
      file(` { transitions: [${PAUSE}, ${RESUME}], state: running }`),
    );
  });

  it('writes one transition a line elsewhere', () => {
    const after = file(`
        transitions:
          - ${PAUSE}
          - ${RESUME} # still to do
        state: running`);
    const before = file(`
        transitions: [] # still to do
        state: running`);
    expect(rewriteTransitions(before, [{ path, transitions: [PAUSE, RESUME] }])).toBe(after);
  });

  it('keeps the comments of what stays, above it and behind it', () => {
    const lines = (...entries: string[]) =>
      file(`
        # by the contract
        transitions: # all of them
          # at night
          - ${PAUSE.replace('state: paused', 'state:  paused')}   # on time
${entries.join('\n')}
        state: running`);
    const before = lines('          - { at: 2026-11-01T05:00-05:00, state: baseline } # too soon');
    expect(rewriteTransitions(before, [{ path, transitions: [PAUSE, RESUME] }])).toBe(
      lines(`          - ${RESUME}`),
    );
  });

  it('empties a list, and fills several in one go', () => {
    const two = (a: string, b: string) => `cases:
  - expect:
      a: { transitions: ${a} }
      b:
        transitions:${b}
`;
    const before = two('3', `\n          - ${PAUSE}`);
    const rewrites = [
      { path: ['cases', 0, 'expect', 'a'], transitions: 0 },
      { path: ['cases', 0, 'expect', 'b'], transitions: [] },
    ];
    expect(rewriteTransitions(before, rewrites)).toBe(two('0', ' []'));
  });

  it('minds line ends and a byte order mark as they are', () => {
    const windows = (text: string) => `\ufeff${text.replaceAll('\n', '\r\n')}`;
    const before = windows(file('\n        transitions: []'));
    expect(rewriteTransitions(before, [{ path, transitions: [PAUSE, RESUME] }])).toBe(
      windows(file(`\n        transitions:\n          - ${PAUSE}\n          - ${RESUME}`)),
    );
  });

  it('leaves alone what has no transitions', () => {
    const before = file(' paused');
    expect(rewriteTransitions(before, [{ path, transitions: 1 }])).toBe(before);
    const other = file(' { state: paused }');
    expect(rewriteTransitions(other, [{ path, transitions: 1 }])).toBe(other);
  });
});
