#!/usr/bin/env node
// The command line. Finds the project's Node, sets the project up when that was never done (told on stderr), and runs the sources.
import fs from 'node:fs';
import { endWithParent } from '../scripts/endWithParent.mjs';
import { inRoot, projectNode, runProgram } from '../scripts/project.mjs';

endWithParent();
// npm runs scripts in the project's folder; relative paths are meant where the person stands.
if (process.env.npm_lifecycle_event === 'cavmae' && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);

if (!fs.existsSync(inRoot('node_modules', 'commander'))) {
  const { setUp } = await import('../scripts/setup.mjs');
  try {
    await setUp((line) => console.error(line));
  } catch (error) {
    console.error(error.message);
    process.exit(4);
  }
}
const node = projectNode();
if (!node) {
  console.error(`Node 24 is needed to run the sources; this is ${process.version}. Run npm run setup.`);
  process.exit(4);
}
if (fs.realpathSync(node) === fs.realpathSync(process.execPath)) await import('../src/main/cli/index.ts');
else
  process.exit(
    await runProgram(node, [inRoot('src/main/cli/index.ts'), ...process.argv.slice(2)], { cwd: process.cwd() }),
  );
