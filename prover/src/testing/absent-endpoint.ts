import { type Relay, startRelay } from '@metachain/bridge/testing';

/** An L1 endpoint that is away at times: it hangs up then. */
export interface AbsentEndpoint extends Relay {
  /** Whether it is away for a method, now. */
  isAway: (method: string) => boolean;
}

/** Opens one in front of the L1 at `target`. It is there until told otherwise. */
export async function startAbsentEndpoint(target: string): Promise<AbsentEndpoint> {
  const endpoint = { isAway: (_: string) => false };
  const relay = await startRelay(target, async ({ method }, pass) => (endpoint.isAway(method) ? undefined : pass()));
  return Object.assign(endpoint, relay);
}
