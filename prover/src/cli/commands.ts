import { writeFile } from 'node:fs/promises';

import { StatusServer } from '../metrics/server.js';
import { encodeBoundary } from '../replay/boundary.js';
import { deriveOnce, follow } from '../watch/follow.js';
import { EXIT } from './exit-codes.js';
import { print } from './print.js';
import { openSession, type Session, type SessionOptions } from './session.js';

/** Follows L1 until SIGINT or SIGTERM; a second signal ends the process at once. */
export async function runFollow(options: SessionOptions): Promise<number> {
  const session = await openSession(options);
  const server = await openServer(session);
  const stop = stopSignal(session);
  try {
    await followAndDispute(session, stop);
    return EXIT.match;
  } finally {
    await server?.close();
    await session.close();
  }
}

/** Both until the signal aborts; what ends the prover ends the agent too. */
async function followAndDispute(session: Session, stop: AbortSignal): Promise<void> {
  const ended = new AbortController();
  const disputes = session.agent?.run(AbortSignal.any([stop, ended.signal]));
  try {
    await follow({ ...session, retryMilliseconds: session.config.l1.pollMilliseconds }, stop);
  } finally {
    ended.abort();
    await disputes;
  }
}

/** Derives everything once from L1 alone and compares every assertion. */
export async function runVerify(options: SessionOptions): Promise<number> {
  const session = await openSession({ ...options, stateless: true });
  try {
    await deriveOnce(session);
    const { boundary, assertions, items, messages, transactionsPerSecond } = session.prover.status();
    print({
      result: assertions.wrong.length === 0 ? 'match' : 'mismatch',
      boundary,
      items,
      messages,
      assertions,
      transactionsPerSecond,
    });
    return assertions.wrong.length === 0 ? EXIT.match : EXIT.mismatch;
  } finally {
    await session.close();
  }
}

/** Derives everything once and writes the state as a snapshot file. */
export async function runRebuild(options: SessionOptions & { readonly out: string }): Promise<number> {
  const session = await openSession({ ...options, stateless: true });
  try {
    await deriveOnce(session);
    const { engine, boundary } = session.replayer;
    await writeFile(options.out, engine.snapshot(new TextEncoder().encode(encodeBoundary(boundary))));
    print({ out: options.out, boundary });
    return EXIT.match;
  } finally {
    await session.close();
  }
}

async function openServer({ config, prover, metrics, archive, log }: Session): Promise<StatusServer | undefined> {
  if (config.http === undefined) return undefined;
  const server = new StatusServer({ status: () => prover.status(), metrics, archive });
  const port = await server.listen(config.http.port, config.http.host);
  log.info({ event: 'listening', host: config.http.host, port }, 'status and metrics');
  return server;
}

function stopSignal({ log }: Session): AbortSignal {
  const controller = new AbortController();
  const stop = (name: string) => {
    if (controller.signal.aborted) process.exit(1);
    log.info({ event: 'stopping', signal: name }, 'stopping');
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}
