// Reads a small file of unknown origin: never a pipe or a device, and never more than a given number of bytes.
import { open, stat } from 'node:fs/promises';
import { EngineError } from '../../shared/engineError.ts';

/**
 * Opening a pipe waits for ever, reading a device never ends.
 * @throws EngineError NOT_FOUND, BAD_INPUT naming the path
 */
export async function assertRegularFile(path: string): Promise<{ size: number }> {
  const entry = await stat(path).catch((thrown: unknown) => {
    const error = EngineError.from(thrown);
    throw error.code === 'NOT_FOUND'
      ? new EngineError('NOT_FOUND', `there is no file ${path}`, { path }, thrown)
      : error;
  });
  if (!entry.isFile()) throw new EngineError('BAD_INPUT', `${path} is not a file`, { path });
  return entry;
}

/** @throws EngineError NOT_FOUND, BAD_INPUT (no file, larger than `mostBytes`) naming the path */
export async function readBoundedText(path: string, mostBytes: number): Promise<string> {
  const { size } = await assertRegularFile(path);
  if (size > mostBytes)
    throw new EngineError('BAD_INPUT', `${path} has ${size} bytes, more than the ${mostBytes} that are read`, { path });
  await using file = await open(path, 'r');
  return file.readFile('utf8');
}
