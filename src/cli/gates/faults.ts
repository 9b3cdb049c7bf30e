/**
 * Why a check judged nothing: what is wrong with the config, or an error. Told where its answer would be, so that no earlier one is
 * taken for it.
 */
import type { ErrorCode, Position } from '../../protocol/index.js';

/** At a place of the config. */
export interface Fault {
  code: ErrorCode;
  message: string;
  position: Position;
}

/** Of what concerns the whole config. */
export const BEGINNING: Position = { line: 1, column: 1, length: 0 };
