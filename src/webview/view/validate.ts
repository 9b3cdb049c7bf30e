/**
 * Nothing reaches an element unchecked: a message is taken only if it has the shape of ToPanel. The comparison and the facts
 * are checked against the shipped schemas; the rest, which has no schema, by hand. Gives null for anything else.
 */
import { Value } from '@sinclair/typebox/value';
import { ClipFacts, Comparison, ErrorData, STATIONS } from '../../protocol/index.js';
import type { ComparePanelState, ToPanel } from '../../protocol/index.js';

type Bag = Record<string, unknown>;
const isBag = (v: unknown): v is Bag => typeof v === 'object' && v !== null && !Array.isArray(v);
const isText = (v: unknown): v is string => typeof v === 'string';
const orNull = (v: unknown, check: (v: unknown) => boolean): boolean => v === null || check(v);
const isShare = (v: unknown): boolean => typeof v === 'number' && v >= 0 && v <= 1;

export function readMessage(data: unknown): ToPanel | null {
  return isBag(data) && data['type'] === 'state' && isPanelState(data['state']) ? (data as ToPanel) : null;
}

function isPanelState(v: unknown): v is ComparePanelState {
  return (
    isBag(v) &&
    isClip(v['a']) &&
    isClip(v['b']) &&
    isRun(v['run']) &&
    orNull(v['comparison'], (c) => Value.Check(Comparison, c)) &&
    isText(v['reasoning']) &&
    Array.isArray(v['stale']) &&
    v['stale'].every(isText) &&
    orNull(v['deviceNote'], isText) &&
    orNull(v['storeNote'], isText)
  );
}

function isClip(v: unknown): boolean {
  if (!isBag(v) || !isText(v['path']) || !isText(v['name'])) return false;
  const media = v['media'];
  return (
    orNull(v['facts'], (f) => Value.Check(ClipFacts, f)) &&
    isBag(media) &&
    orNull(media['uri'], isText) &&
    (media['source'] === 'original' || media['source'] === 'proxy') &&
    orNull(media['proxyShare'], isShare) &&
    orNull(media['note'], isText)
  );
}

function isRun(v: unknown): boolean {
  if (!isBag(v)) return false;
  switch (v['status']) {
    case 'idle':
    case 'done':
      return true;
    case 'working':
      return (
        STATIONS.some((s) => s === v['station']) &&
        orNull(v['clip'], (c) => c === 'a' || c === 'b') &&
        orNull(v['share'], isShare) &&
        typeof v['since'] === 'number'
      );
    case 'failed':
      return Value.Check(ErrorData, v['error']);
    default:
      return false;
  }
}
