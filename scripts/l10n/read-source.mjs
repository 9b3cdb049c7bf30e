// What the sources say to people: strings given to `vscode.l10n.t`, to a panel's `t` and `plural`, and sentences marked with `say`;
// and what they say without, which would stay English: [place, what to do].
import ts from 'typescript';

/** Attributes of elements that are read or seen. */
const SHOWN_ATTRIBUTES = /(?<![\w.-])(title|aria-label|aria-valuetext|placeholder|alt|heading)="([^"]*)"/g;
/** Names that are the same in every language. */
const NAMES = /VersusQ|JSON|\bf\b/g;
const FUNCTIONS = { host: /(^|\.)l10n\.t$/, t: /^t$/, plural: /^plural$/ };
/** Whose sentences reach a panel: [function or class, place of the sentence among its arguments]. */
const SAYS = { VersusqError: 1, mediaError: 2 };

const source = (text, name) => ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
const placeIn = (file, node, name) => `${name}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
function walk(node, visit) {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** Strings given to one of the functions: `plural` gives { one, other }, by its English "other". */
export function stringsIn(text, name = 'x.ts', of = 'host') {
  const file = source(text, name);
  const found = { strings: [], unreadable: [] };
  const take = (...nodes) =>
    nodes.every((node) => node && ts.isStringLiteralLike(node)) ? nodes.map((node) => node.text) : null;
  walk(file, (node) => {
    if (!ts.isCallExpression(node)) return;
    const called = node.expression.getText(file);
    const [first, second, third] = node.arguments;
    const isPlural = of !== 'host' && FUNCTIONS.plural.test(called);
    if (!isPlural && !FUNCTIONS[of].test(called)) return;
    const texts = isPlural ? take(second, third) : take(first);
    if (texts === null) found.unreadable.push(placeIn(file, node, name));
    else found.strings.push(isPlural ? { one: texts[0], other: texts[1] } : texts[0]);
  });
  return found;
}

/** Templates of sentences marked with `say`: values as {0}, {1} ... in their order. */
export function sentencesIn(text, name = 'x.ts') {
  const file = source(text, name);
  const found = [];
  walk(file, (node) => {
    if (!ts.isTaggedTemplateExpression(node) || node.tag.getText(file) !== 'say') return;
    const { template } = node;
    if (ts.isNoSubstitutionTemplateLiteral(template)) return found.push(template.text);
    found.push(
      template.templateSpans.reduce((sum, { literal }, i) => `${sum}{${i}}${literal.text}`, template.head.text),
    );
  });
  return found;
}

/** Sentences of errors that are not marked, by places. */
export function unmarkedErrors(text, name = 'x.ts') {
  const file = source(text, name);
  const found = [];
  /** Names that hold a plain sentence. */
  const holders = new Set();
  walk(file, (node) => {
    if (ts.isVariableDeclaration(node) && node.initializer && isPlain(node.initializer))
      holders.add(node.name.getText(file));
  });
  walk(file, (node) => {
    if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) return;
    const at = SAYS[node.expression.getText(file)];
    const sentence = at === undefined ? undefined : node.arguments?.[at];
    if (sentence && (isPlain(sentence) || holders.has(sentence.getText(file))))
      found.push(placeIn(file, sentence, name));
  });
  return found;
}
const isPlain = (node) =>
  ts.isStringLiteralLike(node) ||
  ts.isTemplateExpression(node) ||
  (ts.isBinaryExpression(node) && (isPlain(node.left) || isPlain(node.right))) ||
  (ts.isConditionalExpression(node) && (isPlain(node.whenTrue) || isPlain(node.whenFalse)));

/** Words that stand outright in the templates of elements: [place, words]. */
export function plainWords(text, name = 'x.ts') {
  const file = source(text, name);
  const found = [];
  walk(file, (node) => {
    if (!ts.isTaggedTemplateExpression(node) || !/^(html|svg)$/.test(node.tag.getText(file))) return;
    const { template } = node;
    const parts = ts.isNoSubstitutionTemplateLiteral(template)
      ? [template.text]
      : [template.head.text, ...template.templateSpans.map(({ literal }) => literal.text)];
    const markup = parts.join('\uE000');
    const words = [...markup.matchAll(SHOWN_ATTRIBUTES)].map(([, , value]) => value);
    words.push(...markup.replace(/<[^>]*>?/g, '\uE001').split(/[\uE000\uE001]/));
    for (const part of words) {
      const said = part.replace(NAMES, '').trim();
      if (/\p{L}{2}/u.test(said)) found.push([placeIn(file, node, name), part.trim()]);
    }
  });
  return found;
}
