// Whether a path lies inside a folder, compared by whole names: `/a/cats` is not inside `/a/cat`.
import path from 'node:path';

/**
 * Whether `file` is `folder` or lies below it. Symbolic links are not followed; resolve them before where they matter.
 */
export function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative === '' || (!relative.startsWith(`..${path.sep}`) && relative !== '..' && !path.isAbsolute(relative));
}
