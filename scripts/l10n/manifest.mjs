// Texts for people in package.json: written as keys of package.nls.json, "%key%", or outright.
/** VS Code's names of what people see, wherever it stands in package.json. */
const SHOWN = [
  'title',
  'description',
  'markdownDescription',
  'userDescription',
  'displayName',
  'altText',
  'contextualTitle',
];
const SHOWN_LISTS = ['enumDescriptions', 'markdownEnumDescriptions'];

/**
 * Keys of package.json's "%key%" texts, and texts for people that are written there outright: [where, text]. `replace` may give
 * another text for such a one; it is told the place and the object it stands in.
 */
export function manifestTexts(manifest, replace = (_path, _owner, text) => text) {
  const keys = new Set();
  const plain = [];
  const visit = (value, path, owner) => {
    if (typeof value === 'string') {
      const key = /^%(.+)%$/.exec(value)?.[1];
      const name = path.at(-1);
      const shown = SHOWN.includes(name) || (typeof name === 'number' && SHOWN_LISTS.includes(path.at(-2)));
      if (key !== undefined) keys.add(key);
      else if (shown && !isForModels(path) && value !== 'VersusQ') {
        plain.push([path.join('.'), value]);
        owner[name] = replace(path, owner, value);
      }
    } else if (value !== null && typeof value === 'object') {
      for (const [name, part] of Object.entries(value)) {
        visit(part, [...path, Array.isArray(value) ? Number(name) : name], value);
      }
    }
  };
  // The description stands outright: npm shows it as well, and knows no keys.
  for (const part of ['capabilities', 'contributes']) visit(manifest[part], [part], manifest);
  return { keys: [...keys].sort(), plain };
}
/** What a language model reads stays English. */
const isForModels = (path) => path.includes('inputSchema');

/** A key that says what a text is: by its command or setting, else by its place. */
export function keyFor(path, owner) {
  const short = (name) => name.replace(/^versusq\./, '');
  if (owner.command !== undefined) return `command.${short(owner.command)}`;
  const setting = path.indexOf('properties');
  if (setting < 0) return path.slice(1).join('.');
  const [name, part, ...rest] = path.slice(setting + 1);
  return ['setting', short(name), ...(/[dD]escription$/.test(part) ? [] : [part]), ...rest].join('.');
}
