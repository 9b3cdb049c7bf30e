// package.json says nothing that is not so: commands are registered, files and settings exist, everything is described.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
interface Setting {
  order?: number;
  markdownDescription?: string;
  enum?: string[];
  markdownEnumDescriptions?: string[];
}
interface Step {
  id: string;
  description: string;
  media: { image?: string; altText?: string; markdown?: string };
  completionEvents?: string[];
}
const manifest = JSON.parse(read('package.json')) as {
  icon: string;
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  contributes: {
    commands: { command: string }[];
    menus: Record<string, { command: string; when?: string }[]>;
    configuration: { title: string; order: number; properties: Record<string, Setting> }[];
    walkthroughs: { icon: string; steps: Step[] }[];
    'markdown.previewStyles': string[];
  };
};
const { contributes } = manifest;
const commands = contributes.commands.map(({ command }) => command);
const settings = contributes.configuration.flatMap(({ properties }) => Object.entries(properties));
const english = JSON.parse(read('package.nls.json')) as Record<string, string>;

it('every command is registered at activation, and menus name declared commands only', () => {
  const activation = ['extension.ts', 'annotations/commandNames.ts']
    .map((file) => read(`src/extension/${file}`))
    .join('\n');
  expect(commands.filter((command) => !activation.includes(`'${command}'`))).toEqual([]);
  const named = Object.values(contributes.menus).flatMap((items) => items.map(({ command }) => command));
  expect(named.filter((command) => !commands.includes(command))).toEqual([]);
});

it('offers what works on files for files alone, and in the palette where it has something to work on', () => {
  const { menus } = contributes;
  const onFiles = [
    ...menus['explorer/context']!,
    ...menus['editor/title']!.filter(({ when }) => /videoPreview/.test(when!)),
  ];
  for (const { command, when } of onFiles) expect(when, command).toContain('resourceScheme == file');
  const inPalette = (name: string): string =>
    menus['commandPalette']!.find(({ command }) => command === `versusq.${name}`)?.when ?? '';
  for (const name of ['selectForCompare', 'compareWith', 'rankFolderOf'])
    expect(inPalette(name), name).toContain('resourceScheme == file');
  expect(inPalette('selectForCompare')).toMatch(/resourceExtname =~ .*mp4/);
  expect(inPalette('checkGates')).toBe('isWorkspaceTrusted && workspaceFolderCount > 0');
  for (const name of ['analyse', 'rankNamed']) {
    const schemes = /resourceScheme =~ \/(.+?)\/ /.exec(inPalette(name))?.[1] ?? '$.';
    for (const scheme of ['file', 'untitled', 'git', 'review']) expect(scheme, name).toMatch(new RegExp(schemes));
    expect('vscode-vfs', name).not.toMatch(new RegExp(schemes));
  }
});

it('every setting is described, ordered, and in one section; restricted settings exist', () => {
  for (const [name, setting] of settings) {
    expect(setting, name).toMatchObject({ markdownDescription: expect.any(String), order: expect.any(Number) });
    expect(setting.markdownEnumDescriptions?.length, name).toBe(setting.enum?.length);
  }
  const names = settings.map(([name]) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations));
});

it('says what an untrusted workspace goes without, and promises no ffmpeg that the extension does not hold', () => {
  for (const file of ['package.nls.json', 'package.nls.de.json']) {
    const texts = JSON.parse(read(file)) as Record<string, string>;
    expect(texts['capabilities.untrustedWorkspaces'], file).toMatch(/annotations|Hinweise/);
    expect(texts['capabilities.untrustedWorkspaces'], file).toMatch(/quality gates|Qualitätsregeln/);
    expect(texts['capabilities.untrustedWorkspaces'], file).toMatch(/Markdown/);
    expect(texts['setting.ffmpegPath'], file).not.toMatch(/npm/);
  }
});

it('the walkthrough shows pictures that exist, and its steps end with commands that exist', () => {
  const [walkthrough] = contributes.walkthroughs;
  const { steps } = walkthrough!;
  expect(steps.length).toBeGreaterThanOrEqual(4);
  for (const { id, description, media, completionEvents = [] } of steps) {
    expect(existsSync(join(root, media.image ?? media.markdown ?? '?')), id).toBe(true);
    if (media.image !== undefined) expect(media.altText, id).toBeTruthy();
    const links = [...english[description.slice(1, -1)]!.matchAll(/\(command:([\w.]+)[?)]/g)].map(([, name]) => name!);
    const events = completionEvents.map((event) => event.replace('onCommand:', ''));
    expect(
      [...links, ...events].filter((command) => ![...commands, 'workbench.action.openSettings'].includes(command)),
      id,
    ).toEqual([]);
  }
});

it('the walkthrough leads through all that was promised: hints with their settings, gates with their check', () => {
  const { steps } = contributes.walkthroughs[0]!;
  const step = (name: string): Step => steps.find(({ id }) => id === name)!;
  const [, given] = /command:workbench\.action\.openSettings\?([^)]+)\)/.exec(english['walkthrough.annotations']!)!;
  const [sought] = JSON.parse(decodeURIComponent(given!)) as [string];
  expect(settings.some(([name]) => name.startsWith(`${sought}.`))).toBe(true);
  expect(step('annotations').media.image).toBeTruthy();
  expect(step('gates').completionEvents).toEqual(['onCommand:versusq.checkGates']);
});

it('icons, styles and the pictures of the README are there', () => {
  const pictures = [...read('README.md').matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, path]) => path!);
  expect(pictures.length).toBeGreaterThanOrEqual(4);
  const paths = [manifest.icon, ...contributes['markdown.previewStyles'], ...pictures];
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
