import { type Relay, startRelay } from '@metachain/bridge/testing';

/** An L1 endpoint that loses connections: some before a request is passed on, some before its answer comes back. */
export interface LossyEndpoint extends Relay {
  /** Requests lost before and after L1 had them. */
  readonly lost: { before: number; after: number };
}

/** Opens one in front of another endpoint. `permille` of the requests are lost, half of them each way; the same for the same seed. */
export async function startLossyEndpoint(target: string, permille: number, seed: number): Promise<LossyEndpoint> {
  const lost = { before: 0, after: 0 };
  let state = seed;
  const random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) % 1_000;
  const lose = (when: keyof typeof lost): undefined => void lost[when]++;
  const relay = await startRelay(target, async (_, pass) => {
    const dice = random();
    if (dice < permille / 2) return lose('before');
    const answer = await pass();
    return dice < permille ? lose('after') : answer;
  });
  return { ...relay, lost };
}
