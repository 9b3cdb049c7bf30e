/**
 * Rules and evidence -> `versusq.check/1`. Pure. A limit is broken when what was found is beyond it, whatever its interval says; the
 * interval only tells whether that is sure. A rule is judged on the worst of its clips. What can't be judged is a failure; what
 * is only not stored yet is unknown.
 */
import {
  LIMIT_KINDS,
  TIE_BELOW,
  say,
  type AttributeName,
  type CheckedClip,
  type CheckedRule,
  type Claim,
  type ErrorData,
  type FindingKind,
  type GateCheck,
  type GateFinding,
  type JudgedLimit,
  type TimelineFacts,
} from '../../../protocol/index.js';
import type { Answer, AgainstReference, Evidence, Score } from './evidence.js';
import type { ReferenceState } from './places.js';
import type { PlannedGateClip, PlannedRule } from './plan.js';
import {
  broken,
  noClips,
  noReference,
  noScore,
  noSuchClip,
  notAnalysed,
  ownReference,
  referenceOutside,
  unreadable,
  type Named,
} from './words.js';

/** From this share of the time line on, all frames count as looked at. */
const ALL_COVERED = 0.999;
/** An attribute is worse from here on: a visible difference, margin units. */
export const FORBIDDEN_BELOW = 0 - TIE_BELOW;

/** State, rules, violations and what is not analysed. */
export type Judgement = Pick<GateCheck, 'state' | 'rules' | 'violations' | 'notAnalysed'>;

export function judgeRules(rules: readonly PlannedRule[], evidence: Evidence): Judgement {
  const findings: GateFinding[] = [];
  const judged = rules.map((rule) => judgeRule(rule, evidence, findings));
  const notAnalysedYet = findings.filter(({ kind }) => kind === 'notAnalysed');
  return {
    state: stateOf(judged.map(({ state }) => state)),
    rules: judged,
    violations: findings.filter(({ kind }) => kind !== 'notAnalysed'),
    notAnalysed: notAnalysedYet,
  };
}

function judgeRule(rule: PlannedRule, evidence: Evidence, findings: GateFinding[]): CheckedRule {
  const before = findings.length;
  const clips = rule.clips.map((clip) => judgeClip(rule, clip, evidence, findings));
  const judged = clips.filter(({ state }) => state !== 'excluded');
  if (judged.length === 0) {
    findings.push(finding(rule, null, 'noClips', noClips(rule.rule, clips.length)));
  } else if (judged.length === 1 && rule.clips.some((c) => c.excluded === null && c.limits.minScore !== undefined)) {
    findings.push(finding(rule, null, 'noScore', noScore(rule.rule)));
  }
  for (const { written, position } of rule.unmatched)
    findings.push({ ...finding(rule, null, 'noSuchClip', noSuchClip(written)), position });
  const failed = findings.slice(before).some(({ kind }) => kind !== 'notAnalysed');
  const state = failed ? 'failed' : stateOf(judged.map((clip) => clip.state));
  return { rule: rule.rule, state, position: rule.position, clips, worst: worstOf(clips) };
}

function judgeClip(rule: PlannedRule, clip: PlannedGateClip, evidence: Evidence, findings: GateFinding[]): CheckedClip {
  const { reference, limits, path, place } = clip;
  const against = reference?.place ?? null;
  const answer: CheckedClip = { path: place, state: 'excluded', against, reason: clip.excluded, limits: [] };
  if (clip.excluded !== null) return answer;
  const before = findings.length;
  const named = { clip: place, against };
  const fail = (kind: FindingKind, message: string, error: ErrorData | null = null) =>
    findings.push({ ...finding(rule, clip, kind, message), error });
  if (clip.trouble !== null) {
    fail('unreadable', unreadable(named, clip.trouble), clip.trouble);
    return { ...answer, state: 'failed' };
  }
  const line = evidence.timeline(path);
  const timeline = line !== null && 'value' in line ? line.value : null;
  let claims: readonly Claim[] = [];
  let unknown = false;
  /** Gives the value; tells an error once, and remembers what is not known. */
  const take = <T>(got: { value: T } | { error: ErrorData } | null): T | null => {
    if (got === null) unknown = true;
    else if ('value' in got) return got.value;
    else if (!findings.slice(before).some(({ kind }) => kind === 'unreadable'))
      fail('unreadable', unreadable(named, got.error), got.error);
    return null;
  };

  if (limits.minMargin !== undefined || limits.forbid !== undefined) {
    if (reference?.state !== 'there') fail(...lackOf(reference?.state, named));
    else {
      const compared = take(answerable(evidence.comparison(path, reference.path), limits.forbid));
      claims = compared?.claims ?? [];
      if (compared !== null) answer.limits.push(...judgeComparison(clip, compared));
    }
  }
  if (limits.minScore !== undefined && rule.ranked !== null) {
    const score = take(evidence.score(rule.ranked, path));
    if (score !== null) answer.limits.push(judgeScore(clip, score));
  }
  // Asked in any case: a clip that can't be read fails whatever the rule asks.
  const seen = take(line);
  if (seen !== null) answer.limits.push(...judgeTimeline(clip, seen));

  answer.limits.sort((x, y) => LIMIT_KINDS.indexOf(x.kind) - LIMIT_KINDS.indexOf(y.kind));
  for (const judged of answer.limits.filter(({ passed }) => !passed)) {
    const claim = judged.attribute === null ? null : (claims.find(isAgainst(judged.attribute)) ?? null);
    const message = broken(named, judged, { clips: rule.ranked?.length ?? 1, timeline, claim });
    findings.push({ ...finding(rule, clip, judged.kind, message), judged });
  }
  const failed = findings.length > before;
  if (unknown && !failed) fail('notAnalysed', notAnalysed(place));
  answer.state = failed ? 'failed' : unknown ? 'unknown' : 'passed';
  return answer;
}

function lackOf(state: ReferenceState = 'missing', named: Named): [FindingKind, string] {
  if (state === 'itself') return ['ownReference', ownReference(named)];
  return ['noReference', state === 'outside' ? referenceOutside(named) : noReference(named)];
}

/** A model without margins by attribute can't say that none is worse: what is forbidden must not pass for want of an answer. */
function answerable(got: Answer<AgainstReference>, forbidden: readonly string[] = []): Answer<AgainstReference> {
  if (forbidden.length === 0 || got === null || 'error' in got || got.value.attributes.length > 0) return got;
  const message = say`the model gives no margins by attribute, and the rule forbids a worse one. Check with versusq-mini, or take "forbid" out of the rule.`;
  return { error: { code: 'model/unsupported', message } };
}

function judgeComparison({ limits, accepted }: PlannedGateClip, compared: AgainstReference): JudgedLimit[] {
  const { margin, interval95, attributes } = compared;
  const judged = (limits.forbid ?? []).map((attribute): JudgedLimit => {
    const found = attributes.find((a) => a.attribute === attribute)?.margin ?? 0;
    const passed = found > FORBIDDEN_BELOW;
    const rest = { limit: FORBIDDEN_BELOW, interval95: null, sure: true, accepted: accepted.has('forbid') };
    return { kind: 'forbid', passed, found, attribute, ...rest };
  });
  if (limits.minMargin === undefined) return judged;
  return [atLeast('minMargin', margin, limits.minMargin, interval95, accepted), ...judged];
}

const judgeScore = ({ limits, accepted }: PlannedGateClip, { score, interval95 }: Score): JudgedLimit =>
  atLeast('minScore', score, limits.minScore!, interval95, accepted);

function atLeast(
  kind: 'minMargin' | 'minScore',
  found: number,
  limit: number,
  interval95: readonly [number, number],
  accepted: ReadonlySet<string>,
): JudgedLimit {
  const sure = limit <= interval95[0] || limit > interval95[1];
  const interval: [number, number] = [interval95[0], interval95[1]];
  const rest = { attribute: null, accepted: accepted.has(kind) };
  return { kind, passed: found >= limit, found, limit, interval95: interval, sure, ...rest };
}

function judgeTimeline({ limits, accepted }: PlannedGateClip, timeline: TimelineFacts): JudgedLimit[] {
  const found = { maxFreezeSeconds: timeline.freezeSeconds, maxDroppedFrames: timeline.droppedFrames };
  return (['maxFreezeSeconds', 'maxDroppedFrames'] as const).flatMap((kind) => {
    const limit = limits[kind];
    if (limit === undefined) return [];
    const passed = found[kind] <= limit;
    const sure = !passed || timeline.covered >= ALL_COVERED; // what was not looked at can only add
    const rest = { attribute: null, accepted: accepted.has(kind) };
    return [{ kind, passed, found: found[kind], limit, interval95: null, sure, ...rest }];
  });
}

/** For each limit (each attribute of `forbid`) the clip with the least room. */
function worstOf(clips: readonly CheckedClip[]): CheckedRule['worst'] {
  const worst = new Map<string, { clip: string; judged: JudgedLimit }>();
  for (const { path, limits } of clips) {
    for (const judged of limits) {
      const name = `${judged.kind} ${judged.attribute}`;
      const before = worst.get(name);
      if (before === undefined || room(judged) < room(before.judged)) worst.set(name, { clip: path, judged });
    }
  }
  return [...worst.values()];
}

/** How far inside the limit; below 0: broken. */
const room = ({ kind, found, limit }: JudgedLimit): number => (kind.startsWith('max') ? limit - found : found - limit);

const isAgainst = (attribute: AttributeName) => (claim: Claim) =>
  claim.attribute === attribute && claim.worse === 'a' && claim.supported;

function finding(rule: PlannedRule, clip: PlannedGateClip | null, kind: FindingKind, message: string): GateFinding {
  return {
    rule: rule.rule,
    clip: clip?.place ?? null,
    kind,
    message,
    against: clip?.reference?.place ?? null,
    judged: null,
    error: null,
    position: (clip ?? rule).position,
  };
}

function stateOf(states: readonly string[]): 'passed' | 'failed' | 'unknown' {
  return states.includes('failed') ? 'failed' : states.includes('unknown') ? 'unknown' : 'passed';
}
