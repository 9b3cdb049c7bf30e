import { describe, expect, it } from 'vitest';
import { inShell } from '../../../src/engine/media/bare.js';

describe('a file name in a command to copy', () => {
  it.skipIf(process.platform === 'win32')('is one word that is neither an option nor an address', () => {
    expect(inShell('take_1.h264')).toBe('take_1.h264');
    expect(inShell('-y.h264')).toBe("'./-y.h264'");
    expect(inShell('concat:a|b')).toBe("'./concat:a|b'");
    expect(inShell("it's $(me).264")).toBe(`'./it'\\''s $(me).264'`);
  });
});
