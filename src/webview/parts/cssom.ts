/**
 * Sets style properties through the CSSOM. A style attribute, which Lit's styleMap writes at its first render, is refused by
 * the panel's policy (style-src without 'unsafe-inline').
 */
import { noChange } from 'lit';
import { Directive, directive, PartType, type ElementPart, type PartInfo } from 'lit/directive.js';

type Properties = Record<string, string | null>;

class CssomDirective extends Directive {
  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error('cssom() belongs on an element: <div ${cssom({...})}>');
  }
  render(_properties: Properties): typeof noChange {
    return noChange;
  }
  override update(part: ElementPart, [properties]: [Properties]): typeof noChange {
    const { style } = part.element as HTMLElement;
    for (const [name, value] of Object.entries(properties)) {
      if (value === null) style.removeProperty(name);
      else style.setProperty(name, value);
    }
    return noChange;
  }
}

/** `<div ${cssom({ width: '40%' })}>`; null removes a property. */
export const cssom = directive(CssomDirective);
