import { describe, expect, it } from 'vitest';
import { contentSecurityPolicy, panelHtml } from '../../../src/extension/panelHtml.js';

describe('the document of a panel', () => {
  const page = panelHtml({
    cspSource: 'https://*.host',
    nonce: 'abc',
    script: 'https://host/compare.js',
    styleSheet: 'https://host/codicon.css',
    title: '<img src=x onerror=alert(1)> "&\'',
  });

  it('allows nothing that is not named, and nothing unsafe', () => {
    const policy = contentSecurityPolicy('https://*.host', 'abc');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'nonce-abc'");
    expect(policy).not.toContain('unsafe');
    expect(policy).not.toMatch(/\*(?!\.host)/);
  });

  it('has one script, by nonce, and no inline code or style', () => {
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).toMatch(/<script type="module" nonce="abc" src="https:\/\/host\/compare\.js"><\/script>/);
    expect(page).not.toMatch(/ style=|<style|javascript:/);
  });

  it('shows a hostile file name as text', () => {
    expect(page).not.toContain('<img');
    expect(page).toContain('&#60;img');
  });
});
