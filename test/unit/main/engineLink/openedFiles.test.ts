// Arguments of the system become a workspace and files, seen from the folder of the process that was started with them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openedFiles } from '../../../../src/main/engineLink/openedFiles.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'cavmae-opened-'));
  mkdirSync(path.join(folder, 'birds'));
  for (const name of ['birds/Open in CAV-MAE Studio.cavmae', 'wren.mp4', 'model.pth'])
    writeFileSync(path.join(folder, name), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

it('takes a workspace file for the folder around it, relative to where the second process was started', () => {
  const mark = path.join('birds', 'Open in CAV-MAE Studio.cavmae');
  expect(openedFiles([mark], folder)).toEqual({ workspace: path.join(folder, 'birds'), files: [] });
  expect(openedFiles([mark], os.tmpdir())).toEqual({ workspace: null, files: [] });
});

it('passes other files on, and leaves out folders, switches, addresses and what is not there', () => {
  expect(
    openedFiles(['wren.mp4', path.join(folder, 'model.pth'), 'birds', '--flag', 'https://x/y.mp4', 'gone.mp4'], folder),
  ).toEqual({ workspace: null, files: [path.join(folder, 'wren.mp4'), path.join(folder, 'model.pth')] });
});
