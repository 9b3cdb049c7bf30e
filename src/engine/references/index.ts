/** Clips that texts name: where they stand, kept while the text is edited, and the files they lead to. */
export { findReferences } from './find.js';
export { formatOf } from './formats.js';
export { INDEX_LIMITS, ReferenceIndex, type IndexLimits, type TextChange } from './reference-index.js';
export { percentDecoded } from './names.js';
export { resolveReference, type Surroundings } from './resolve.js';
export { SpacedNames } from './spaced-names.js';
