// Failed items of a job beyond the first page: read page by page, and saved as a table.
import type { ItemFailure } from '../../../shared/contract/errors.ts';
import { client } from './client.ts';

const pageSize = 1000;

/** All failed items of a job in their order. Throws what reading a page throws. */
export async function allFailedItems(jobId: number): Promise<ItemFailure[]> {
  const items: ItemFailure[] = [];
  for (;;) {
    const page = (await client.jobs.get({ jobId, offset: items.length, limit: pageSize })).items;
    items.push(...page);
    if (page.length < pageSize) return items;
  }
}

const quoted = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Comma-separated with a heading line: path, error code, reason. */
export const failedItemsCsv = (items: readonly ItemFailure[]): string =>
  ['path,code,reason', ...items.map((item) => [item.path, item.code, item.message].map(quoted).join(','))].join('\n') +
  '\n';

/** Saves all failed items of a job as `failed items.csv`, as the browser saves downloads. */
export async function saveFailedItems(jobId: number): Promise<void> {
  const url = URL.createObjectURL(new Blob([failedItemsCsv(await allFailedItems(jobId))], { type: 'text/csv' }));
  const link = document.createElement('a');
  [link.href, link.download] = [url, 'failed items.csv'];
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
