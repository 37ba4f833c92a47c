import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { InfraError } from '../errors.js';

export interface ChildOptions {
  readonly name: string;
  readonly command: string;
  readonly arguments: readonly string[];
  readonly logFile: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** Own process group, so that Ctrl-C in the terminal reaches only the parent, which stops children in order. */
  readonly detached?: boolean;
}

/** How it is known that a child is ready. */
export interface Readiness {
  readonly check: () => Promise<boolean>;
  readonly timeoutMs?: number;
  /** Told of the child as soon as it runs, so that whoever is asked to stop meanwhile stops this one too. */
  readonly started?: (child: Child) => void;
}

/** Children that run. A parent that ends in a hurry takes them with it; they have time to end by themselves. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGTERM');
});

/** A long-running child whose output goes to a file. */
export class Child {
  private stopping = false;
  readonly exited: Promise<number>;

  private constructor(
    readonly options: ChildOptions,
    private readonly process: ChildProcess,
  ) {
    running.add(process);
    this.exited = new Promise((resolve) => {
      process.once('exit', (code, signal) => resolve(code ?? (signal ? 128 : 1)));
      process.once('error', () => resolve(127));
    });
    void this.exited.then(() => running.delete(process));
  }

  static start(options: ChildOptions): Child {
    const log = openSync(options.logFile, 'a');
    const child = spawn(options.command, [...options.arguments], {
      stdio: ['ignore', log, log],
      env: { ...process.env, ...options.environment },
      detached: options.detached ?? true,
    });
    closeSync(log);
    return new Child(options, child);
  }

  /** Starts a child and waits until it is ready. One that never is does not stay behind: it is stopped before the error is passed on. */
  static async startReady(options: ChildOptions, readiness: Readiness): Promise<Child> {
    const child = Child.start(options);
    readiness.started?.(child);
    try {
      await waitUntil(options.name, readiness.check, child, readiness.timeoutMs);
    } catch (error) {
      await child.stop();
      throw error;
    }
    return child;
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  get running(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  /** Calls back when the child ends without having been asked to. */
  onFailure(callback: (error: InfraError) => void): void {
    void this.exited.then((code) => {
      if (!this.stopping) callback(this.failure(code));
    });
  }

  failure(code: number): InfraError {
    if (this.stopping) return new InfraError('stopped', `${this.options.name} had not become ready.`);
    return new InfraError(
      'processFailed',
      `${this.options.name} ended with code ${code}. Its log: ${this.options.logFile}\n${this.lastLines()}`,
    );
  }

  private lastLines(): string {
    try {
      return readFileSync(this.options.logFile, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
    } catch {
      return '';
    }
  }

  /** Asks the child to end and waits; after `timeoutMs` it is killed. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', timeoutMs = 35_000): Promise<number> {
    this.stopping = true;
    if (!this.running) return this.exited;
    this.process.kill(signal);
    const timer = setTimeout(() => this.process.kill('SIGKILL'), timeoutMs);
    const code = await this.exited;
    clearTimeout(timer);
    return code;
  }
}

/** Polls until `check` answers true. Fails early when the child ends. */
export async function waitUntil(
  what: string,
  check: () => Promise<boolean>,
  child?: Child,
  timeoutMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (child && !child.running) throw child.failure(await child.exited);
    if (await check().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  throw new InfraError(
    'notReady',
    `${what} was not ready after ${Math.round(timeoutMs / 1000)} s.${child ? ` Its log: ${child.options.logFile}` : ''}`,
  );
}
