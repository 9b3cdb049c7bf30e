/** What the benchmark of annotations takes of VersusQ; bundled by it, with the made-up VS Code in the place of the real one. */
export { Annotations } from '../../src/extension/annotations/annotations.js';
export { fileSignature } from '../../src/engine/compare/clips.js';
export { contentHash } from '../../src/engine/media/index.js';
export { readModelInfo } from '../../src/engine/model/info.js';
export { openStore } from '../../src/engine/store/store.js';
export { WorkerClient } from '../../src/engine/worker/client.js';
export * as vscode from '../unit/extension/fake-vscode.js';
