// The command line's entry: `npm run --silent cavmae -- …`, `bin/cavmae.mjs`.
import process from 'node:process';
import { runCli } from './program.ts';

await runCli(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  interactive: process.stderr.isTTY === true,
  exit: (code) => (process.exitCode = code),
});
