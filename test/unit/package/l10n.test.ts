// Every text of the extension host and of package.json has its translation; the script that says so is tried as well.
import { expect, it } from 'vitest';
import { collectStrings, manifestTexts, placeholders, problems, stringsIn } from '../../../scripts/l10n.mjs';

it('every string is in the English and German bundles, every key of package.json in both nls files, placeholders alike', () => {
  expect(problems()).toEqual([]);
  expect(collectStrings().strings).toEqual(expect.arrayContaining(['Compare Quality', 'Not analysed.']));
  expect(manifestTexts().keys).toEqual(expect.arrayContaining(['command.compare', 'setting.ffmpegPath']));
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

it('takes placeholders in any order, but not others', () => {
  expect(placeholders('{1} of {0}')).toBe(placeholders('{0}, {1}'));
  expect(placeholders('{0}')).not.toBe(placeholders('{1}'));
});
