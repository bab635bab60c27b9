// A crash report says what ended and why, and no name of the person's own.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { writeCrashReport } from '../../../../src/main/engineLink/crashReport.ts';

it('is a file with versions, reason and the last output, without paths of the person', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'cavmae-crash-'));
  try {
    const output =
      "cannot read '/home/jane/secret films/wedding.mp4'\n    at run (file:///opt/app/out/main/engine.js:10:5)";
    const file = writeCrashReport(
      path.join(folder, 'reports'),
      { what: 'the engine', reason: 'exit code 7', output },
      {
        version: '1.2.3',
      },
    );
    const text = readFileSync(file!, 'utf8');
    expect(text).toContain('the engine ended unexpectedly');
    expect(text).toContain('reason: exit code 7');
    expect(text).toContain('version: 1.2.3');
    expect(text).toContain('engine.js:10:5');
    expect(text).not.toMatch(/jane|wedding|secret/);
    // Where no report can be written, the crash is still told.
    writeFileSync(path.join(folder, 'file'), '');
    expect(writeCrashReport(path.join(folder, 'file'), { what: 'x', reason: 'y' }, {})).toBeNull();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
