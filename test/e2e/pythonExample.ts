// TEST CODE. The example of the documents for using an exported classifier in Python, run on what a test exported.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const run = promisify(execFile);
const script = fileURLToPath(new URL('../../docs/examples/classify.py', import.meta.url));

/** The script of the documents, where there is a Python with onnxruntime (`CAVMAE_PYTHON` names one). */
export async function pythonSaysTheSame(args: string[], expected: [string, number][]): Promise<void> {
  const python = process.env.CAVMAE_PYTHON ?? 'python3';
  const there = await run(python, ['-c', 'import onnxruntime, numpy']).then(
    () => true,
    () => false,
  );
  if (!there || !existsSync(script))
    return console.log('docs/examples/classify.py was not tried: no Python with onnxruntime here.');
  const { stdout } = await run(python, [script, ...args]);
  const said = stdout
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));
  expect(said.map(([name]) => name)).toEqual(expected.map(([name]) => name));
  for (const [k, [, p]] of said.entries()) expect(Number(p)).toBeCloseTo(expected[k]![1], 4);
  console.log('docs/examples/classify.py says the same.');
}
