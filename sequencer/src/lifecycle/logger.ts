import { Writable } from 'node:stream';
import type { LoggerService } from '@nestjs/common';
import pino from 'pino';

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** Bridges Nest's logger to pino: one line an event, JSON or text. Objects keep their fields, so that `event` can be searched for. */
export class NodeLogger implements LoggerService {
  private readonly pino: pino.Logger;

  constructor(level: Level, format: 'json' | 'text') {
    const options: pino.LoggerOptions = {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    };
    this.pino =
      format === 'json' ? pino(options, pino.destination({ dest: 1, sync: true })) : pino(options, textStream());
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest passes the name of the service as the last argument. */
  private write(level: Level, message: unknown, rest: unknown[]): void {
    const service = rest.at(-1);
    const context = typeof service === 'string' ? { service } : {};
    if (typeof message === 'object' && message !== null) this.pino[level]({ ...context, ...message });
    else this.pino[level](context, String(message));
  }
}

/** Lines for people: time, level, service, event, then the other fields. */
function textStream(): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      process.stdout.write(`${toText(JSON.parse(chunk.toString()) as Record<string, unknown>)}\n`, () => done());
    },
  });
}

function toText({ time, level, service, event, msg, ...fields }: Record<string, unknown>): string {
  const values = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [time, String(level).toUpperCase().padEnd(5), service, event ?? msg, ...values].filter(Boolean).join(' ');
}
