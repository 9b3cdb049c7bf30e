/** What a person is told of a store in trouble, and what to do; it never makes a comparison fail. */
import { say, type StoreTrouble } from '../../protocol/index.js';

export const damaged = (kept: string): StoreTrouble => ({
  kind: 'damaged',
  message: say`The store was damaged. It was kept as ${kept}, and a fresh one was begun.`,
  remedy: say`What it held is computed again when it is needed. The damaged file may be deleted.`,
});

export const full = (folder: string): StoreTrouble => ({
  kind: 'full',
  message: say`There is no room for the store in ${folder}; results of this run are not kept.`,
  remedy: say`Free some space, or move the store to another disk.`,
});

/** The native module does not load. */
export const broken = (folder: string, error: unknown): StoreTrouble => ({
  ...closed(folder, error),
  remedy: say`Install VersusQ again: its SQLite module does not load.`,
});

/** The file can't be opened. */
export const closed = (folder: string, error: unknown): StoreTrouble => ({
  kind: 'unusable',
  message: say`The store in ${folder} cannot be used (${text(error)}); going on without it.`,
  remedy: say`Check that the folder can be written and has room.`,
});

export const unwritable = (folder: string, error: unknown): StoreTrouble => ({
  kind: 'unusable',
  message: say`The store in ${folder} cannot be written (${text(error)}); results of this run are not kept.`,
  remedy: say`Check that the folder can be written.`,
});

/** Damaged, and held open by another process, which will set it aside itself. */
export const lost = (folder: string, error: unknown): StoreTrouble => ({
  kind: 'unusable',
  message: say`The store in ${folder} is damaged (${text(error)}); going on without it.`,
  remedy: say`Restart VersusQ.`,
});

const text = (error: unknown): string => (error instanceof Error ? error.message : String(error));
