// Writes a report: one HTML page, each figure as SVG and PNG, each table as CSV.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { EngineError } from '../../../../shared/engineError.ts';
import { writeDurably } from '../../../base/writeDurably.ts';
import { writeCsv } from '../../../collection/labels/safeCsv.ts';
import { appVersion } from '../../../host/appVersion.ts';
import type { Workspace } from '../../../collection/workspace.ts';
import type { EstimateQuestion } from '../estimateClass.ts';
import { reportContent, type ReportFigure } from './reportContent.ts';
import { reportPage } from './reportPage.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** White behind, and twice the size for print. */
const png = ({ svg }: ReportFigure): Promise<Buffer> =>
  sharp(Buffer.from(svg), { density: 144 }).flatten({ background: '#ffffff' }).png().toBuffer();

const fileName = (words: string): string => words.replaceAll(/[^\p{L}\p{N}_-]+/gu, '-').slice(0, 60) || 'class';

/** Where reports go by default: a folder of the workspace that no earlier report has. */
const defaultFolder = (workspace: Workspace, name: string, madeAt: string): string =>
  path.join(workspace.folder('exports'), `report ${fileName(name)} ${madeAt.slice(0, 19).replaceAll(/[:T]/g, '-')}`);

/** @returns the files, the page first. @throws BAD_INPUT where the folder cannot be made, NOT_FOUND */
export async function writeReport(
  workspace: Workspace,
  question: EstimateQuestion,
  folder: string | undefined,
): Promise<{ folder: string; files: string[]; html: string }> {
  const content = reportContent(workspace, question);
  const madeAt = new Date().toISOString();
  const target = path.resolve(folder ?? defaultFolder(workspace, content.overall.class.name, madeAt));
  try {
    await mkdir(target, { recursive: true });
  } catch (thrown) {
    throw new EngineError(
      'BAD_INPUT',
      `the folder ${target} cannot be made`,
      { path: target, hint: 'Choose another folder.' },
      thrown,
    );
  }
  const html = reportPage(content, { workspace: path.basename(workspace.path), version: appVersion, madeAt });
  const files: string[] = [];
  const put = (name: string, bytes: Uint8Array): void => {
    const file = path.join(target, name);
    writeDurably(file, bytes);
    files.push(file);
  };
  put('report.html', text(html));
  for (const figure of content.figures) {
    put(`${fileName(figure.name)}.svg`, text(figure.svg));
    put(`${fileName(figure.name)}.png`, await png(figure));
  }
  for (const { name, columns, rows } of content.tables)
    put(`${fileName(name)}.csv`, text(writeCsv([columns, ...rows])));
  return { folder: target, files, html };
}
