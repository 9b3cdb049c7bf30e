// Every text of the extension host and of package.json has its translation; the script that says so is tried as well.
import { expect, it } from 'vitest';
import {
  collectStrings,
  collectWords,
  placeholders,
  problems,
  untranslatedPages,
  wordingTrouble,
} from '../../../scripts/l10n.mjs';
import { manifestTexts } from '../../../scripts/l10n/manifest.mjs';
import { plainWords, sentencesIn, stringsIn, unmarkedErrors } from '../../../scripts/l10n/read-source.mjs';

it('every string is in the English and German bundles, every key of package.json in both nls files, placeholders alike', () => {
  expect(problems()).toEqual([]);
  expect(collectStrings().strings).toEqual(expect.arrayContaining(['Compare Quality', 'Not analysed.']));
  const { panels, sentences } = collectWords().words;
  expect(Object.keys(panels)).toEqual(expect.arrayContaining(['Compare quality', '{0} clips', 'Main defect']));
  expect(Object.keys(sentences)).toEqual(expect.arrayContaining(['Cancelled.', '{0} looks clearly better']));
});

it('reads strings of l10n.t in every quoting, over lines, and tells calls that it cannot read', () => {
  const text = `
    vscode.l10n.t('it\\'s {0}', name);
    l10n.t(
      "double",
    );
    l10n.t(\`plain\`);
    other.t('not ours');
    // l10n.t('a comment')
    l10n.t(\`with \${name}\`);
    l10n.t(variable);
  `;
  expect(stringsIn(text, 'f.ts')).toEqual({
    strings: ["it's {0}", 'double', 'plain'],
    unreadable: ['f.ts:9', 'f.ts:10'],
  });
});

it('finds texts for people in package.json that are no keys, and leaves what models read', () => {
  const { keys, plain } = manifestTexts({
    contributes: {
      commands: [
        { command: 'x', title: '%command.x%', category: 'VersusQ' },
        { command: 'y', title: 'Do Y' },
      ],
      languageModelTools: [{ modelDescription: 'English', inputSchema: { description: 'English' } }],
      configuration: [{ properties: { z: { markdownEnumDescriptions: ['One.', '%two%'] } } }],
    },
  });
  expect(keys).toEqual(['command.x', 'two']);
  expect(plain).toEqual([
    ['contributes.commands.1.title', 'Do Y'],
    ['contributes.configuration.0.properties.z.markdownEnumDescriptions.0', 'One.'],
  ]);
});

it('misses the translation of a page that a walkthrough shows', () => {
  const steps = [{ media: { markdown: 'media/ffmpeg.md' } }, { media: { image: 'media/rank.png' } }];
  const manifest = { contributes: { walkthroughs: [{ steps }] } };
  expect(untranslatedPages(manifest, () => false)).toEqual(['media/ffmpeg.nls.de.md: missing']);
  expect(untranslatedPages(manifest, (path) => path === 'media/ffmpeg.nls.de.md')).toEqual([]);
});

it('takes placeholders in any order, but not others', () => {
  expect(placeholders('{1} of {0}')).toBe(placeholders('{0}, {1}'));
  expect(placeholders('{0}')).not.toBe(placeholders('{1}'));
});

it('reads plurals of panels, and templates of marked sentences with their values counted', () => {
  const text =
    "t('a {0}'); plural(n, '{0} clip', '{0} clips'); say`${x} of ${y()} is`; say`whole`; t(variable); l10n.t('host')";
  expect(stringsIn(text, 'f.ts', 't')).toEqual({
    strings: ['a {0}', { one: '{0} clip', other: '{0} clips' }],
    unreadable: ['f.ts:1'],
  });
  expect(sentencesIn(text)).toEqual(['{0} of {1} is', 'whole']);
});

it('tells errors whose sentence is not marked, whichever way it is written', () => {
  const text = `
    new VersusqError('usage', 'plain');
    new VersusqError('usage', \`with \${name}\`);
    new VersusqError('usage', bad ? 'one' : say\`two\`);
    mediaError('media/truncated', path, 'plain');
    const message = 'kept apart';
    new VersusqError('usage', message);
    new VersusqError('usage', say\`marked\`);
    new VersusqError(code, error.message);
  `;
  expect(unmarkedErrors(text, 'f.ts')).toEqual(['f.ts:2', 'f.ts:3', 'f.ts:4', 'f.ts:5', 'f.ts:7']);
});

it('tells words that stand outright in an element, in text and in what is read aloud', () => {
  const text = 'html`<p title="Close it" class="no words">${t(\'Given\')} Plain words</p><b aria-label=${x}>A</b>`';
  expect(plainWords(text, 'f.ts')).toEqual([
    ['f.ts:1', 'Close it'],
    ['f.ts:1', 'Plain words'],
  ]);
});

it('wants a wording for each plural category of the language, with the same placeholders', () => {
  const clips = { one: '{0} clip', other: '{0} clips' };
  expect(wordingTrouble({ one: '{0} Clip', other: '{0} Clips' }, clips, 'de')).toBeNull();
  expect(wordingTrouble({ one: '{0} klip', other: '{0} klipu' }, clips, 'pl')).toBe('missing for "few", "many"');
  expect(wordingTrouble({ one: 'ein Clip', other: '{0} Clips' }, clips, 'de')).toBe('other placeholders in');
  expect(wordingTrouble('{0} Clips', clips, 'de')).toMatch(/each plural category/);
  expect(wordingTrouble('{1} von {0}', '{0} of {1}', 'de')).toBeNull();
  expect(wordingTrouble(undefined, 'x', 'de')).toBe('missing');
});
