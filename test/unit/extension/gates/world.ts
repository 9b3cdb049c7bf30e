/** A ladder of two encodes with their masters, a config that judges them, and an engine with made-up media and model as the worker. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../../../../src/engine/types.js';
import type { Services } from '../../../../src/extension/services.js';
import type { CheckRequest } from '../../../../src/protocol/index.js';
import { Annotations } from '../../../../src/extension/annotations/annotations.js';
import { Gates } from '../../../../src/extension/gates/gates.js';
import { clip, fakeEngine, scratch } from '../../compare/fakes.js';
import * as vscode from './fake-vscode.js';

export const TEXT = `{
  // the ladder
  "rules": {
    "e/*.mp4": { "against": "m/{name}.mov", "minMargin": -0.5 }
  }
}
`;
export const TOO_POOR = /^e\/poor\.mp4 looks clearly worse than m\/poor\.mov: margin -2\.2 .* at least -0\.5 is asked/;

export class GatesWorld {
  readonly folder = scratch();
  readonly config = join(this.folder, '.versusq.json');
  readonly asked: CheckRequest[] = [];
  readonly annotations: Annotations;
  readonly gates: Gates;
  engine: Engine;
  counts: ReturnType<typeof fakeEngine>['counts'];

  constructor() {
    for (const name of ['e', 'm', 's']) mkdirSync(join(this.folder, name));
    clip(this.folder, 'e/good.mp4', { quality: 3 });
    clip(this.folder, 'e/poor.mp4', { quality: 1 });
    for (const name of ['good', 'poor']) clip(this.folder, `m/${name}.mov`, { quality: 3, salt: name });
    vscode.documents.set(this.config, TEXT);
    Object.assign(vscode.workspace, { workspaceFolders: [{ uri: vscode.Uri.file(this.folder) }] });
    ({ engine: this.engine, counts: this.counts } = fakeEngine({ storePath: join(this.folder, 's') }));
    const services = {
      worker: {
        request: async (method: string, params: CheckRequest, options: object) => {
          if (method !== 'check') throw new Error(`nobody should ask for "${method}"`);
          this.asked.push(params);
          return this.engine.check(params, options);
        },
      },
      log: { warn: (text: string) => vscode.gates.told.push(`log: ${text}`) },
      storeUri: vscode.Uri.file(join(this.folder, 'none')),
      statusBar: { showClip: () => undefined },
    } as unknown as Services;
    const none = async (): Promise<void> => undefined;
    this.annotations = new Annotations(services, { compare: none, rank: none, rankFolder: none });
    this.gates = new Gates(services, this.annotations);
  }

  /** Nothing is stored from now on. */
  async without(): Promise<void> {
    await this.engine.dispose();
    ({ engine: this.engine, counts: this.counts } = fakeEngine({ storePath: null }));
  }

  /** Opens a text of the workspace. */
  open(name: string, text: string, languageId = 'plaintext'): vscode.FakeDocument {
    const document = new vscode.FakeDocument(vscode.Uri.file(join(this.folder, name)), text, languageId);
    vscode.texts.push(document);
    vscode.documentOpens(document);
    return document;
  }

  close(document: vscode.FakeDocument): void {
    vscode.texts.splice(vscode.texts.indexOf(document), 1);
    vscode.documentCloses(document);
  }

  async dispose(): Promise<void> {
    this.gates.dispose();
    this.annotations.dispose();
    await this.engine.dispose();
  }
}
