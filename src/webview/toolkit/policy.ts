/**
 * While the toolkit loads, FAST asks whether `:focus-visible` is known by putting an empty <style> into the document, which the
 * panel's policy refuses (and FAST then takes for a no). For that moment `createElement('style')` gives an element that
 * answers the question without being a style element. Must be imported before the toolkit.
 */
const original = document.createElement.bind(document);

document.createElement = ((name: string, options?: ElementCreationOptions): HTMLElement => {
  if (name.toLowerCase() !== 'style') return original(name, options);
  return Object.defineProperty(original('span'), 'sheet', { value: new CSSStyleSheet() });
}) as typeof document.createElement;

/** To be called once the toolkit is there. */
export function endOfLoading(): void {
  delete (document as { createElement?: unknown }).createElement;
}
