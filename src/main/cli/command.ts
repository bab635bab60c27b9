// The frame of every command: its options, its session, its one answer on stdout, and its exit code.
import type { Command } from 'commander';
import { toEngineError } from '../../engine/host/orpcErrors.ts';
import { EngineError } from '../../shared/engineError.ts';
import type { ItemFailure } from '../../shared/contract/errors.ts';
import { openSession, type Session } from './session.ts';
import { defaultWorkspace } from './workspaceFolder.ts';

/** 0 done; 1 done, but some items failed; 2 bad usage or input; 3 stopped, can be resumed; 4 internal error. */
export type ExitCode = 0 | 1 | 2 | 3 | 4;

export interface Answer {
  /** What `--json` prints: one document. */
  document: unknown;
  /** What a person reads. */
  text: string;
  failed?: readonly ItemFailure[];
  exitCode?: ExitCode;
}

export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Whether stderr is a terminal, on which a bar may be drawn. */
  interactive: boolean;
  exit(code: ExitCode): void;
}

export interface GlobalOptions {
  workspace?: string;
  json?: boolean;
}

export interface CommandSpec<O, A extends unknown[]> {
  /** False for commands that only read. */
  writes: boolean;
  run(session: Session, options: O & GlobalOptions, ...args: A): Promise<Answer>;
}

export const exitCodeOf = (error: EngineError): ExitCode =>
  error.code === 'INTERNAL' ? 4 : error.code === 'CANCELLED' ? 3 : 2;

/** One clear line; the stack only where `CAVMAE_DEBUG` asks for it. */
export function errorText(error: EngineError): string {
  const where = error.detail.path && !error.message.includes(error.detail.path) ? ` (${error.detail.path})` : '';
  const line = `error: ${error.message}${where}${error.detail.hint ? `\n${error.detail.hint}` : ''}`;
  return process.env.CAVMAE_DEBUG
    ? `${line}\n${error.stack ?? ''}${error.cause instanceof Error ? `\n${error.cause.stack ?? ''}` : ''}`
    : line;
}

export function printAnswer(answer: Answer, json: boolean, terminal: Terminal): ExitCode {
  terminal.out(json ? `${JSON.stringify(answer.document)}\n` : answer.text === '' ? '' : `${answer.text}\n`);
  const failed = answer.failed ?? [];
  if (failed.length > 0 && !json)
    terminal.err(`${failed.map((item) => `failed: ${item.path}: ${item.message} [${item.code}]`).join('\n')}\n`);
  return answer.exitCode ?? (failed.length > 0 ? 1 : 0);
}

/** Runs `spec` in a session of its own. */
export async function inSession<O, A extends unknown[]>(
  spec: CommandSpec<O, A>,
  options: O & GlobalOptions,
  ...args: A
): Promise<Answer> {
  const interrupt = new AbortController();
  const onSignal = () => interrupt.abort();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, onSignal);
  const opened = await openSession({
    workspace: options.workspace ?? defaultWorkspace(),
    writes: spec.writes,
    signal: interrupt.signal,
  });
  try {
    return await spec.run(opened, options, ...args);
  } finally {
    await opened.close();
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, onSignal);
  }
}

/** Gives `command` the options of every command and runs `spec` in a session. */
export function session<O, A extends unknown[]>(
  command: Command,
  terminal: Terminal,
  spec: CommandSpec<O, A>,
): Command {
  return plain<O, A>(command, terminal, (options, ...args) => inSession(spec, options, ...args));
}

/** The same without a workspace. */
export function plain<O, A extends unknown[]>(
  command: Command,
  terminal: Terminal,
  run: (options: O & GlobalOptions, ...args: A) => Promise<Answer>,
): Command {
  return command
    .option('--workspace <dir>', 'the workspace folder (made on first use)')
    .option('--json', 'print one JSON document on stdout')
    .action(async (...given: unknown[]) => {
      const options = given.at(-2) as O & GlobalOptions;
      let exitCode: ExitCode;
      try {
        exitCode = printAnswer(await run(options, ...(given.slice(0, -2) as A)), options.json ?? false, terminal);
      } catch (thrown) {
        const error = toEngineError(thrown);
        terminal.err(`${errorText(error)}\n`);
        exitCode = exitCodeOf(error);
      }
      terminal.exit(exitCode);
    });
}
