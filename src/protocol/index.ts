export * from './bench.js';
export * from './claims.js';
export * from './comparison.js';
export * from './doctor.js';
export * from './errors.js';
export * from './panel.js';
export * from './worker.js';
