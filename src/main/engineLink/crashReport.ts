// What is worth attaching to an issue when a process ends unexpectedly: written to a file, without names of the
// person's own.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export interface Crash {
  what: string;
  reason: string;
  output?: string;
}

/** @returns the report's file, in the folder `folder`; null where it cannot be written */
export function writeCrashReport(folder: string, crash: Crash, versions: Record<string, string>): string | null {
  const time = new Date().toISOString();
  const text = [
    `CAV-MAE Studio: ${crash.what} ended unexpectedly.`,
    `time: ${time}`,
    `reason: ${crash.reason}`,
    ...Object.entries({ ...versions, system: `${os.platform()} ${os.release()} ${os.arch()}` }).map(
      ([name, value]) => `${name}: ${value}`,
    ),
    ...(crash.output?.trim() ? ['', 'Last output:', withoutPaths(crash.output.trim())] : []),
  ].join('\n');
  try {
    fs.mkdirSync(folder, { recursive: true });
    const file = path.join(folder, `crash-${time.replaceAll(/[:.]/g, '-')}.txt`);
    fs.writeFileSync(file, `${text}\n`);
    return file;
  } catch {
    return null; // a full disk must not turn one crash into two
  }
}

/** Full paths keep their last part only where they are code. */
const withoutPaths = (text: string): string =>
  text.replaceAll(/(?:file:\/\/)?(?:[A-Za-z]:)?(?:[\\/][^\\/\s'"()]+)+/g, (found) =>
    /\.(?:[cm]?js|ts|node)(?::\d+)*$/.test(found) ? (found.split(/[\\/]/).pop() ?? '') : '<path>',
  );
