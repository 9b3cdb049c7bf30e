/**
 * A check as SARIF 2.1.0 (OASIS), which code scanning reads: a result for each violation, at the place of the config that names its
 * clip or rule. Lines and columns count from 1, columns in UTF-16 code units.
 */
import { createHash } from 'node:crypto';
import type { FindingKind, GateCheck, GateFinding, Position } from '../../protocol/index.js';
import type { Fault } from './faults.js';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

const RULES: Record<FindingKind, string> = {
  minMargin: 'The clip looks worse than its reference by more than is allowed.',
  minScore: 'The clip ranks below the least score among the clips of its rule.',
  maxFreezeSeconds: 'The picture of the clip is frozen for longer than is allowed.',
  maxDroppedFrames: 'More frames of the clip are missing than is allowed.',
  forbid: 'The clip is worse than its reference in an attribute in which it must not be.',
  noClips: 'The rule judges no clip.',
  noReference: 'The reference of the clip is missing.',
  ownReference: 'The clip is named as its own reference.',
  noScore: 'The rule asks for a score and has one clip only.',
  noSuchClip: 'The rule excludes or accepts a clip that it does not match.',
  unreadable: 'The clip or its reference could not be read.',
  notAnalysed: 'The clip was not analysed.',
};

const IDS = Object.keys(RULES) as FindingKind[];

/** `uri`: the config as reports name it, relative, with `/`. */
export function sarifLog(check: GateCheck, uri: string): object {
  const findings = [...check.violations, ...check.notAnalysed];
  return log({
    invocations: [{ executionSuccessful: true, endTimeUtc: check.finished }],
    results: findings.map((finding) => result(finding, uri)),
  });
}

/** A run that failed, with a notification for each fault and no results. */
export function sarifOfFaults(faults: readonly Fault[], uri: string, finished: string): object {
  const notifications = faults.map(({ code, message, position }) => ({
    descriptor: { id: code },
    level: 'error',
    message: { text: message },
    locations: [{ physicalLocation: placeOf(position, uri) }],
  }));
  const invocation = { executionSuccessful: false, endTimeUtc: finished, toolExecutionNotifications: notifications };
  return log({ invocations: [invocation], results: [] });
}

function log(run: object): object {
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'VersusQ',
            version: VERSUSQ_VERSION,
            rules: IDS.map((id) => ({
              id,
              shortDescription: { text: RULES[id] },
              defaultConfiguration: { level: 'error' },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        ...run,
      },
    ],
  };
}

function result({ kind, message, rule, clip, judged, position }: GateFinding, uri: string): object {
  const about = kind === 'noSuchClip' ? message : clip; // of those a rule may have several
  const name = [rule, about, kind, judged?.attribute ?? ''].join('\0');
  return {
    ruleId: kind,
    ruleIndex: IDS.indexOf(kind),
    level: 'error',
    message: { text: message },
    locations: [
      {
        physicalLocation: placeOf(position, uri),
        ...(clip === null ? {} : { logicalLocations: [{ name: clip, kind: 'resource' }] }),
      },
    ],
    // The same finding in the next run, wherever its line has gone.
    partialFingerprints: { 'versusqFinding/v1': createHash('sha256').update(name).digest('hex').slice(0, 32) },
    properties: { rule, clip, found: judged?.found ?? null, limit: judged?.limit ?? null },
  };
}

const placeOf = ({ line, column, length }: Position, uri: string): object => ({
  artifactLocation: { uri: uriOf(uri) },
  region: { startLine: line, startColumn: column, endLine: line, endColumn: column + Math.max(1, length) },
});

/** A relative URI reference: each part of the path percent-encoded. */
const uriOf = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
