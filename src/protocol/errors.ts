/**
 * The one error of VersusQ (DESIGN 3.3): a stable code, a sentence that names the file and what to do, and the cause.
 * `VersusqError` travels over process borders as `ErrorData`.
 */
import { Type, type Static } from '@sinclair/typebox';
import { say } from './l10n.js';

export const ERROR_CODES = [
  'media/not-found',
  'media/not-a-video',
  'media/truncated',
  'media/no-permission',
  'media/too-short',
  'media/too-large',
  'media/protocol-refused',
  'media/decode-failed',
  'ffmpeg/not-found',
  'ffmpeg/too-old',
  'model/missing',
  'model/hash-mismatch',
  'model/unsupported',
  'device/unavailable',
  'store/corrupt',
  'store/full',
  'worker/crashed',
  'cancelled',
  'usage',
  'internal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export const ErrorData = Type.Object(
  {
    code: Type.Union(ERROR_CODES.map((c) => Type.Literal(c))),
    message: Type.String({ description: 'What happened to which file, and what to do.' }),
    path: Type.Optional(Type.String()),
    details: Type.Optional(Type.String({ description: 'The cause, as the failing program told it.' })),
  },
  { additionalProperties: false },
);
export type ErrorData = Omit<Static<typeof ErrorData>, 'code'> & { code: ErrorCode };

export class VersusqError extends Error {
  readonly code: ErrorCode;
  readonly path: string | undefined;
  readonly details: string | undefined;

  constructor(code: ErrorCode, message: string, more: { path?: string; details?: string; cause?: unknown } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'VersusqError';
    this.code = code;
    this.path = more.path;
    this.details = more.details;
  }

  toData(): ErrorData {
    return {
      code: this.code,
      message: this.message,
      ...(this.path === undefined ? {} : { path: this.path }),
      ...(this.details === undefined ? {} : { details: this.details }),
    };
  }

  static fromData(data: ErrorData): VersusqError {
    return new VersusqError(data.code, data.message, data);
  }

  /** Anything thrown, as a VersusqError: aborts become `cancelled`, the unknown becomes `internal`. */
  static from(error: unknown, path?: string): VersusqError {
    if (error instanceof VersusqError) return error;
    const e = error instanceof Error ? error : new Error(String(error));
    const more = {
      cause: error,
      ...(path === undefined ? {} : { path }),
      ...(e.stack === undefined ? {} : { details: e.stack }),
    };
    const said = path === undefined ? e.message : [path, e.message].join(': ');
    if (e.name === 'AbortError') return new VersusqError('cancelled', say`Cancelled.`, more);
    return new VersusqError('internal', said, more);
  }
}
