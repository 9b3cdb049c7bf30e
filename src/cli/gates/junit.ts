/**
 * A check as JUnit XML, in the form that CI systems read (testmoapp/junitxml): a suite for each rule, a case for each of its
 * clips; broken limits are failures, clips that can't be read are errors, excluded clips are skipped with their reason.
 */
import type { CheckedRule, GateCheck, GateFinding } from '../../protocol/index.js';
import { BEGINNING, type Fault } from './faults.js';

/** `file`: the config as reports name it. */
export const junitXml = (check: GateCheck, file: string): string =>
  whole(check.rules.map((rule) => suite(rule, check, file)));

/** One case with an error for each fault. */
export function junitOfFaults(faults: readonly Fault[], file: string, finished: string): string {
  const inside = faults.map(({ code, message }) => element('error', code, message));
  const config = { rule: file, position: faults[0]?.position ?? BEGINNING };
  const counts = { tests: 1, failures: 0, errors: 1, skipped: 0 };
  return whole([suiteOf(file, finished, counts, [testCase('(config)', config, file, inside)])]);
}

interface Suite {
  xml: string;
  counts: Counts;
}

function whole(suites: readonly Suite[]): string {
  const totals = sums(suites.map(({ counts }) => counts));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="VersusQ quality gates"${attributes(totals)}>`,
    ...suites.map(({ xml }) => xml),
    '</testsuites>\n',
  ].join('\n');
}

interface Counts {
  tests: number;
  failures: number;
  errors: number;
  skipped: number;
}

function suite(rule: CheckedRule, check: GateCheck, file: string): Suite {
  const found = [...check.violations, ...check.notAnalysed].filter((f) => f.rule === rule.rule);
  const cases = rule.clips.map((clip) => {
    const inside =
      clip.state === 'excluded'
        ? [`<skipped${attributes({ message: clip.reason ?? '' })}/>`]
        : found.filter((f) => f.clip === clip.path).map(result);
    return testCase(clip.path, rule, file, inside);
  });
  const ofRule = found.filter((f) => f.clip === null);
  if (ofRule.length > 0) cases.push(testCase('(rule)', rule, file, ofRule.map(result)));
  const having = (tag: string): number => cases.filter((c) => c.includes(`<${tag} `)).length;
  const counts = {
    tests: cases.length,
    failures: having('failure'),
    errors: having('error'),
    skipped: having('skipped'),
  };
  return suiteOf(rule.rule, check.finished, counts, cases);
}

function suiteOf(name: string, timestamp: string, counts: Counts, cases: readonly string[]): Suite {
  const head = attributes({ name, timestamp, ...counts });
  return { counts, xml: [`  <testsuite${head}>`, ...cases, '  </testsuite>'].join('\n') };
}

function testCase(
  name: string,
  rule: Pick<CheckedRule, 'rule' | 'position'>,
  file: string,
  inside: readonly string[],
): string {
  const head = attributes({ name, classname: rule.rule, file, line: rule.position.line });
  if (inside.length === 0) return `    <testcase${head}/>`;
  return [`    <testcase${head}>`, ...inside.map((line) => `      ${line}`), '    </testcase>'].join('\n');
}

function result({ kind, message }: GateFinding): string {
  const tag = kind === 'unreadable' || kind === 'notAnalysed' ? 'error' : 'failure';
  return element(tag, kind, message);
}

const element = (tag: 'error' | 'failure', type: string, message: string): string =>
  `<${tag}${attributes({ message, type })}>${escapeXml(message)}</${tag}>`;

const sums = (all: readonly Counts[]): Counts =>
  all.reduce(
    (sum, c) => ({
      tests: sum.tests + c.tests,
      failures: sum.failures + c.failures,
      errors: sum.errors + c.errors,
      skipped: sum.skipped + c.skipped,
    }),
    { tests: 0, failures: 0, errors: 0, skipped: 0 },
  );

const attributes = (values: object): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('');

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
/** What XML 1.0 can't carry at all becomes U+FFFD; line breaks and tabs survive in attributes as character references. */
function escapeXml(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex -- these, and halves of surrogate pairs, are what XML forbids
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd')
      .replace(/[&<>"']/g, (c) => ENTITIES[c]!)
      .replace(/[\n\r\t]/g, (c) => `&#${c.charCodeAt(0)};`)
  );
}
