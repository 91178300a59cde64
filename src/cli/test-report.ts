import type { CaseFailure, CaseResult } from '../plan/check-case.ts';
import type { WindowCoverage } from '../plan/coverage.ts';
import type { Place } from '../policy/policy.ts';
import { wireInstant } from '../web/wire.ts';
import type { FileResult, TestReport } from './run-tests.ts';
import type { Layout } from './table.ts';
import { count, plain, wrap } from './text-width.ts';

/** The report as one JSON document. */
export function reportDocument({ files, coverage, updated }: TestReport): object {
  const cases = files.flatMap(({ cases: ofFile }) => ofFile);
  const never = coverage.filter(({ isEntered }) => !isEntered);
  return {
    passed: cases.filter(isPassed).length,
    failed: cases.filter((each) => !isPassed(each)).length,
    updated,
    cases: cases.map((each) => ({
      name: each.name,
      ...each.place,
      ok: isPassed(each),
      failures: each.failures.map(({ place, at, ...failure }) => ({
        ...failure,
        ...place,
        at: wireInstant(at),
      })),
    })),
    coverage: {
      windows: coverage.length,
      entered: coverage.length - never.length,
      never: never.map(({ policy, window }) => ({
        policy: policy.name,
        window: window.text,
        ...window.place,
      })),
    },
  };
}

function isPassed({ failures }: CaseResult): boolean {
  return failures.length === 0;
}

/** The report for people: every failure with its explanation, and what no case ever looked at. */
export function reportText({ files, coverage, updated }: TestReport, layout: Layout): string {
  const { paint } = layout;
  const cases = files.flatMap(({ cases: ofFile }) => ofFile);
  const failed = cases.filter((each) => !isPassed(each)).length;
  const passed = cases.length - failed;
  const verdict = [
    ...(failed === 0 ? [] : [paint('bad', `${failed} failed`)]),
    paint(failed === 0 ? 'good' : 'plain', `${passed} passed`),
    ...(updated === 0 ? [] : [`${count(updated, 'expectation')} updated`]),
  ].join(', ');
  return [
    ...files.flatMap((file) => fileLines(file, layout)),
    '',
    ...coverageLines(coverage, layout),
    verdict,
    '',
  ].join('\n');
}

function fileLines({ file, cases }: FileResult, layout: Layout): string[] {
  const { paint } = layout;
  const failed = cases.filter((each) => !isPassed(each));
  const mark = failed.length === 0 ? paint('good', '✓') : paint('bad', '✗');
  const note = paint('quiet', count(cases.length, 'case'));
  return [
    `${mark} ${paint('strong', plain(file))}  ${note}`,
    ...failed.flatMap((each) => [
      '',
      `  ${paint('bad', '✗')} ${plain(each.name)}  ${paint('quiet', placeText(each.place))}`,
      ...each.failures.flatMap((failure) => failureLines(failure, layout)),
    ]),
  ];
}

function failureLines(failure: CaseFailure, { paint, columns }: Layout): string[] {
  const { syncName, field, expected, actual, because, place } = failure;
  const side = (label: string, text: string, tone: 'good' | 'bad') =>
    text.split('\n').map((line, index) => {
      const head = paint('quiet', index === 0 ? label.padEnd(8) : ''.padEnd(8));
      return `      ${head}  ${paint(tone, plain(line))}`;
    });
  const where = paint('quiet', `${placeText(place)}`);
  return [
    `    ${paint('name', plain(syncName))} ${field}  ${where}`,
    ...side('expected', expected, 'good'),
    ...side('actual', actual, 'bad'),
    ...because.flatMap((sentence) =>
      wrap(plain(sentence), columns - 8).map((line, index) =>
        index === 0 ? `      ${paint('quiet', '·')} ${line}` : `        ${line}`,
      ),
    ),
  ];
}

function coverageLines(coverage: readonly WindowCoverage[], { paint }: Layout): string[] {
  const never = coverage.filter(({ isEntered }) => !isEntered);
  if (never.length === 0) return [];
  const entered = `${coverage.length - never.length} of ${count(coverage.length, 'window')}`;
  return [
    `${paint('warn', entered)} entered by some case. Never entered:`,
    ...never.map(({ policy, window }) => {
      const what = `${paint('strong', policy.name)} ${plain(window.text)}`;
      return `  ${what}  ${paint('quiet', placeText(window.place))}`;
    }),
    '',
  ];
}

function placeText({ file, line, column }: Place): string {
  return plain(`${file}:${line}:${column}`);
}

/** The report in the XML that build servers read: a suite for each file. */
export function junitText({ files }: TestReport): string {
  const all = files.flatMap(({ cases }) => cases);
  const suites = files.map(({ file, cases }) =>
    [
      `  <testsuite name="${xml(file)}" ${totals(cases)}>`,
      ...cases.map((each) => junitCase(file, each)),
      '  </testsuite>',
    ].join('\n'),
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="curfew test" ${totals(all)}>`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function totals(cases: readonly CaseResult[]): string {
  const failed = cases.filter((each) => !isPassed(each)).length;
  return `tests="${cases.length}" failures="${failed}" errors="0" skipped="0"`;
}

function junitCase(file: string, { name, place, failures }: CaseResult): string {
  const where = `file="${xml(place.file)}" line="${place.line}"`;
  const open = `    <testcase classname="${xml(file)}" name="${xml(name)}" ${where}`;
  if (failures.length === 0) return `${open}/>`;
  const inside = failures.map((failure) => {
    const { syncName, field, expected, actual, because } = failure;
    const message = `${syncName}: ${field} is ${actual}, not ${expected}`.replaceAll('\n', '; ');
    const text = [
      `${placeText(failure.place)} ${syncName}: ${field}`,
      `expected: ${expected}`,
      `actual:   ${actual}`,
      ...because,
    ].join('\n');
    return `      <failure message="${xml(message)}">${xml(text)}</failure>`;
  });
  return [`${open}>`, ...inside, '    </testcase>'].join('\n');
}

/** Text for XML 1.0, which has no way at all to write most control characters. */
function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
