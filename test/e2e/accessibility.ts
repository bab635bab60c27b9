// TEST CODE. axe-core over what the window shows.
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** Every violation of axe's rules (WCAG 2.2 A and AA, and good practice), each with the elements it was found on. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const results = await page.evaluate(async () => (globalThis as unknown as { axe: { run: (context: Document, options: object) => Promise<AxeResults> } }).axe.run(document, { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } }));
  return results.violations.map((one) => `${one.id}: ${one.help}\n${one.nodes.slice(0, 6).map((node) => `    ${node.html.slice(0, 160)}\n      ${node.failureSummary?.split('\n').slice(1, 3).join(' ').trim()}`).join('\n')}`);
}
