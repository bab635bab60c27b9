// The engine's process: started, watched, started again after a crash, and ended in order.
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ErrorDetail } from '../../shared/contract/errors.ts';
import type { EngineMessage, StopMessage } from '../../shared/shellMessages.ts';

export interface EngineProcessOptions {
  /** The Node binary, and the built engine. */
  node: string;
  entry: string;
  /** The workspace to open at the next start; asked for at each. */
  workspace: () => string;
  environment?: Record<string, string>;
  onMessage: (message: EngineMessage) => unknown;
  /** It ended unasked. `again`: it is being started again; otherwise it ended too often. */
  onCrash: (crash: { reason: string; output: string; again: boolean }) => void;
  /** The workspace cannot be opened. */
  onRefused: (refusal: { message: string; detail: ErrorDetail }) => unknown;
}

export interface Address {
  socket: string;
  token: string;
}

/** So many crashes within a minute are answered by a fresh start. */
const crashesForgiven = 3;
const stopPatienceMs = 30_000;
const keptOutput = 8000;

export class EngineProcess {
  private readonly options: EngineProcessOptions;
  private readonly token = randomBytes(32).toString('base64url');
  /** For this user only (mode 0700). */
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cavmae-'));
  private child: ChildProcess | null = null;
  private crashes: number[] = [];
  private starts = 0;
  private stopping = false;
  private opened: Promise<Address>;
  private settle: { resolve: (address: Address) => void; reject: (error: Error) => void };

  constructor(options: EngineProcessOptions) {
    this.options = options;
    [this.opened, this.settle] = this.pending();
    this.start();
  }

  /** Resolves once the engine listens; waits through a restart. @throws where it was given up or ends for good */
  ready(): Promise<Address> {
    return this.opened;
  }

  /** After it was given up: once more, with no crash counted. */
  startAgain(): void {
    [this.opened, this.settle] = this.pending();
    this.crashes = [];
    this.start();
  }

  /** Jobs stop at a safe point, then the process ends. One that does not is killed after half a minute. */
  async stop(): Promise<void> {
    this.stopping = true;
    const { child } = this;
    if (child) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      const impatience = setTimeout(() => child.kill('SIGKILL'), stopPatienceMs);
      if (child.connected) child.send({ type: 'stop' } satisfies StopMessage);
      await ended;
      clearTimeout(impatience);
    }
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  private pending(): [Promise<Address>, EngineProcess['settle']] {
    let settle: EngineProcess['settle'] = { resolve: () => {}, reject: () => {} };
    const opened = new Promise<Address>((resolve, reject) => (settle = { resolve, reject }));
    opened.catch(() => undefined); // told by onCrash or onRefused
    return [opened, settle];
  }

  private start(): void {
    const name = `engine-${++this.starts}`;
    const socket =
      process.platform === 'win32'
        ? `\\\\.\\pipe\\${path.basename(this.folder)}-${name}`
        : path.join(this.folder, `${name}.sock`);
    const { NODE_OPTIONS: _, ELECTRON_RUN_AS_NODE: __, ...inherited } = process.env;
    const child = spawn(this.options.node, [this.options.entry], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      windowsHide: true,
      env: {
        ...inherited,
        ...this.options.environment,
        CAVMAE_WORKSPACE: this.options.workspace(),
        CAVMAE_SOCKET: socket,
        CAVMAE_SOCKET_TOKEN: this.token,
      },
    });
    this.child = child;
    let output = '';
    let refused = false;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-keptOutput)));
    child.on('message', (message: EngineMessage) => {
      if (message.type === 'listening') return this.settle.resolve({ socket, token: this.token });
      if (message.type !== 'refused') return void this.options.onMessage(message);
      refused = true;
      this.settle.reject(new Error(message.message));
      this.options.onRefused(message);
    });
    const ended = (reason: string): void => {
      if (this.child !== child) return;
      this.child = null;
      if (refused || this.stopping) return this.settle.reject(new Error('the engine ended'));
      this.afterCrash(reason, output);
    };
    child.once('exit', (code, signal) => ended(signal ? `killed by ${signal}` : `exit code ${code}`));
    child.once('error', (error) => ended(error.message));
  }

  private afterCrash(reason: string, output: string): void {
    const now = Date.now();
    this.crashes = [...this.crashes.filter((time) => time > now - 60_000), now];
    const again = this.crashes.length <= crashesForgiven;
    // Requests that wait already go on waiting; those to come wait for the next start.
    const [before, waiting] = [this.settle, this.pending()];
    [this.opened, this.settle] = waiting;
    if (again) {
      this.opened.then(before.resolve, before.reject);
      this.start();
    } else {
      for (const { reject } of [before, this.settle]) reject(new Error(`the engine ended: ${reason}`));
    }
    this.options.onCrash({ reason, output, again });
  }
}
