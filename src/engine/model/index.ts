/** What the rest of the engine uses of the model runtime. */
export { deserialiseTokens, serialiseTokens } from './clip-bytes.js';
export { loadModel, probeDevices, type LoadOptions } from './load.js';
export { readModelInfo, type ModelHead } from './info.js';
export { shippedModelFolder } from './package.js';
