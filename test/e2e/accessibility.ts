// TEST CODE. axe-core over what the window shows.
import axe from 'axe-core';
import type { AxeResults, Result } from 'axe-core';
import type { Page } from 'playwright-core';

async function found(page: Page): Promise<Result[]> {
  await page.evaluate(axe.source);
  // Colours are judged as they stay, not half faded in.
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter((one) => one.effect?.getComputedTiming().iterations !== Infinity)
        .map((one) => one.finished),
    ),
  );
  const results = await page.evaluate(async () =>
    (globalThis as unknown as { axe: { run: (context: Document, options: object) => Promise<AxeResults> } }).axe.run(
      document,
      { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } },
    ),
  );
  return results.violations;
}
const words = (one: Result): string =>
  `${one.id}: ${one.help}\n${one.nodes
    .slice(0, 6)
    .map(
      (node) =>
        `    ${node.html.slice(0, 160)}\n      ${node.failureSummary?.split('\n').slice(1, 3).join(' ').trim()}`,
    )
    .join('\n')}`;

/** Every violation of axe's rules (WCAG 2.2 A and AA, and good practice), each with the elements it was found on. */
export const violations = async (page: Page): Promise<string[]> => (await found(page)).map(words);

/**
 * Those of serious or critical impact.
 * @public
 */
export const seriousViolations = async (page: Page): Promise<string[]> =>
  (await found(page)).filter((one) => one.impact === 'serious' || one.impact === 'critical').map(words);
