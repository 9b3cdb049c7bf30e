/** Rules and the files there are -> which clips are judged, against what, and what has to be asked for that. Computes nothing. */
import { join } from 'node:path';
import {
  LIMIT_KINDS,
  NEEDS_REFERENCE,
  type ErrorData,
  type GateLimits,
  type Position,
} from '../../../protocol/index.js';
import type { NamedClip, PlacedRule } from './config.js';
import type { Questions } from './evidence.js';
import { matchClips } from './match.js';
import { Places, type ReferenceState } from './places.js';
import { referenceOf } from './targets.js';

/** One clip of one rule. */
export interface PlannedGateClip {
  /** Relative to the folder of the config, with `/`. */
  place: string;
  path: string;
  /** Why it is not judged; null: it is. */
  excluded: string | null;
  /** Why it can't be judged, where its name tells that already. */
  trouble: ErrorData | null;
  reference: { place: string; path: string; state: ReferenceState } | null;
  limits: GateLimits;
  /** Those of the limits that are a baseline of this clip. */
  accepted: ReadonlySet<string>;
  /** Where the config names the clip, else the rule. */
  position: Position;
}

export interface PlannedRule {
  rule: string;
  position: Position;
  clips: PlannedGateClip[];
  /** What the config names, and the rule does not match. Empty where it matches nothing at all. */
  unmatched: NamedClip[];
  /** The clips that are ranked for `minScore`; null: none has to be. */
  ranked: string[] | null;
}

/** Errors: `usage` (a pattern is too wide), `cancelled`. */
export async function planRules(
  folder: string,
  rules: readonly PlacedRule[],
  signal?: AbortSignal,
): Promise<PlannedRule[]> {
  const places = await Places.in(folder);
  const planned: PlannedRule[] = [];
  for (const rule of rules) {
    const named = new Map(rule.named.toReversed().map(({ clip, position }) => [clip, position]));
    const clips = await Promise.all(
      (await matchClips(folder, rule.rule, signal)).map(async (place): Promise<PlannedGateClip> => {
        const name = rule.against === undefined ? null : referenceOf(rule.against, place);
        const own = rule.baseline?.[place] ?? {};
        const path = join(folder, place);
        const reference = name === null ? null : { place: name, path: join(folder, name) };
        return {
          place,
          path,
          excluded: rule.exclude?.[place] ?? null,
          trouble: await places.troubleOf(path),
          reference: reference && { ...reference, state: await places.stateOf(reference.path, path) },
          limits: { ...pick(rule), ...own },
          accepted: new Set(Object.keys(own)),
          position: named.get(place) ?? rule.position,
        };
      }),
    );
    const judged = clips.filter(({ excluded, trouble }) => excluded === null && trouble === null);
    const wanted = judged.length >= 2 && judged.some(({ limits }) => limits.minScore !== undefined);
    const matched = new Set(clips.map(({ place }) => place));
    planned.push({
      rule: rule.rule,
      position: rule.position,
      clips,
      unmatched: clips.length === 0 ? [] : rule.named.filter(({ clip }) => !matched.has(clip)),
      ranked: wanted ? judged.map(({ path }) => path) : null,
    });
  }
  return planned;
}

/** Each question once, in the order of the rules. */
export function questionsOf(rules: readonly PlannedRule[]): Questions {
  const pairs = new Map<string, { a: string; b: string }>();
  const inPairs = new Set<string>();
  const lone = new Set<string>();
  const ask = (a: string, b: string): void => {
    pairs.set(`${a}\0${b}`, { a, b });
    inPairs.add(a);
  };
  for (const { clips } of rules) {
    for (const { excluded, trouble, path, reference, limits } of clips) {
      if (excluded !== null || trouble !== null) continue;
      const compared = NEEDS_REFERENCE.some((kind) => limits[kind] !== undefined);
      if (compared && reference?.state === 'there') ask(path, reference.path);
      else lone.add(path);
    }
  }
  const ranked = rules.flatMap((rule) => (rule.ranked === null ? [] : [rule.ranked]));
  const inSets = new Set(ranked.flat());
  for (const path of lone) if (!inPairs.has(path) && !inSets.has(path)) ask(path, path);
  const sets = new Map(ranked.map((set) => [set.join('\0'), set]));
  return { pairs: [...pairs.values()], sets: [...sets.values()] };
}

function pick(limits: GateLimits): GateLimits {
  return Object.fromEntries(LIMIT_KINDS.flatMap((kind) => (limits[kind] === undefined ? [] : [[kind, limits[kind]]])));
}
