// TEST CODE. Every layout with a clip open: usable by everyone, and no error in the console.
import { expect } from 'vitest';
import { violations } from '../accessibility.ts';
import { eventually, layout, shoot, type Studio } from '../studio.ts';
import { clearSearch, openClip } from './watching.ts';

/** Nothing that axe finds in this layout, with a clip open. */
export async function isAccessible(studio: Studio, name: string): Promise<void> {
  const { page } = studio;
  await layout(page, 'explore');
  await openClip(studio, 'bird-001.mp4');
  await clearSearch(page);
  await layout(page, name);
  await eventually('panels at rest', async () => !(await page.locator('.n-spin').count()), 30);
  await shoot(studio, `30-${name}`, { both: true });
  expect(await violations(page)).toEqual([]);
}

/**
 * What the console may say: a map asked for before its first picture, connections cut by killing the host, failures
 * made on purpose.
 */
const expected =
  /data\/projections\/\d+\.safetensors|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_REFUSED|status of 500/;

export function noProblems({ problems }: Studio): void {
  expect(problems.filter((problem) => !expected.test(problem))).toEqual([]);
}
