// What the system hands over when a file is opened with the application: a workspace's file, a checkpoint, media.
import fs from 'node:fs';
import path from 'node:path';

export interface Opened {
  /** The folder around the first workspace file. */
  workspace: string | null;
  /** Other files, by their full paths. What they are is decided by the page. */
  files: string[];
}

/** @param names arguments that are no options, of a process that was started in the folder `cwd` */
export function openedFiles(names: readonly string[], cwd: string): Opened {
  const files = names
    .map((name) => path.resolve(cwd, name))
    .filter((file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile());
  const mark = files.find((file) => /\.cavmae$/i.test(file));
  return {
    workspace: mark === undefined ? null : path.dirname(mark),
    files: files.filter((file) => !/\.cavmae$/i.test(file)),
  };
}
