import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { createRouterClient } from '@orpc/server';
import { expect, it } from 'vitest';
import { createEstimatesProcedures } from '../../../../../src/engine/procedures/estimates/estimates.ts';
import { collectionContext } from '../collectionContext.ts';
import { newFolder } from '../../collection/openWorkspace.ts';
import { scoredWorkspace } from './scoredWorkspace.ts';

function open() {
  const scored = scoredWorkspace(9);
  const { workspace } = scored;
  const column = (name: string) => workspace.metadata.column(name).id;
  workspace.metadata.set(
    workspace.metadata.rows(null).flatMap(({ mediaId }, i) => [
      { mediaId, columnId: column('latitude'), value: { text: String(50 + (i % 3)), number: 50 + (i % 3) } },
      { mediaId, columnId: column('longitude'), value: { text: String(8 + (i % 3)), number: 8 + (i % 3) } },
    ]),
    'person',
  );
  return { ...scored, client: createRouterClient(createEstimatesProcedures(collectionContext(workspace).context)) };
}

it('writes one page with every number, method, version and date, and the same as PNG, SVG and CSV', async () => {
  const { client, classId, classifierId, truth } = open();
  const design = await client.start({ classId, source: { kind: 'classifier', id: classifierId } });
  const { next } = await client.state({ designId: design.id, next: 60 });
  await client.answer({
    designId: design.id,
    answers: next.map(({ clipId }) => ({ clipId, answer: truth.get(clipId) ? 'yes' : 'no' })),
  });
  const folder = path.join(newFolder(), 'report');
  const { files, html } = await client.report({ classId, path: folder });
  const names = files.map((file) => path.basename(file));
  expect(names).toEqual(
    expect.arrayContaining([
      'report.html',
      'scores.svg',
      'scores.png',
      'interval.svg',
      'by-site.svg',
      'sites.svg',
      'overall.csv',
      'by-site.csv',
      'strata.csv',
      'answers.csv',
    ]),
  );
  expect(files.every((file) => existsSync(file))).toBe(true);
  const page = readFileSync(path.join(folder, 'report.html'), 'utf8');
  expect(page).toBe(html);
  // Nothing is fetched from elsewhere.
  expect(page).not.toMatch(/<script|<link|src="http|@import/);
  const { overall } = await client.estimate({ classId });
  for (const said of [
    'version ',
    'seed 1',
    '60 audited',
    'Laud',
    'CAV-MAE Studio',
    new Date().toISOString().slice(0, 10),
    String(Number(overall.estimate!.toPrecision(4))),
  ])
    expect(page).toContain(said);
  const [header, row] = readFileSync(path.join(folder, 'overall.csv'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  expect(header!.slice(0, 5)).toEqual(['group', 'clips', 'estimate', 'low', 'high']);
  expect(row!.slice(1, 5).map(Number)).toEqual([90, overall.estimate, overall.low, overall.high]);
  expect(readFileSync(path.join(folder, 'answers.csv'), 'utf8').trim().split('\n')).toHaveLength(61);
  const { width, height } = await sharp(path.join(folder, 'sites.png')).metadata();
  expect(width).toBeGreaterThan(1000);
  expect(height).toBeGreaterThan(300);
});

it('is honest where nothing was audited, goes into the exports by default, and refuses a folder that is a file', async () => {
  const { client, classId, workspace } = open();
  const { folder, html } = await client.report({ classId });
  expect(folder.startsWith(path.join(workspace.path, 'exports'))).toBe(true);
  expect(html).toContain('Nothing is known yet');
  expect(html).toContain('not drawn at random');
  await expect(client.report({ classId, path: path.join(folder, 'report.html') })).rejects.toThrow(/cannot be made/);
});
