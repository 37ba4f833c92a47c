import { verifyProof } from '@metachain/program';
import { type Hex, hexToBytes } from 'viem';
import { type Chain, OutsideHistoryWindow } from '../chain/chain.types.js';
import { WorkerClient } from '../workers/worker-rpc.js';
import { ProofReplayError } from './proof.errors.js';
import type { ProvenBlock, ProvenWord } from './proof-archive.js';
import type { ProofRequest, ReplayPlace } from './replay-proofs.js';

/** Words asked for at once: the query threads have users to serve as well. */
const AT_ONCE = 32;

/** Proves words of the state after a block: from the query threads while they still know the block, else by a replay. */
export class ProofMaker {
  constructor(
    private readonly chain: Pick<Chain, 'proof'>,
    private readonly place: ReplayPlace,
  ) {}

  /** Fails: ProofReplayError where the proofs do not lead to `stateRoot`, and as replayProofs. */
  async prove(request: ProofRequest, stateRoot: Hex): Promise<ProvenBlock> {
    const words = (await this.fromQueries(request)) ?? (await this.fromReplay(request)).words;
    const root = hexToBytes(stateRoot);
    for (const [key, { proof }] of words) {
      if (verifyProof(root, hexToBytes(key), hexToBytes(proof)) === undefined)
        throw new ProofReplayError(request.number, `the state rebuilt here does not have the root ${stateRoot}`);
    }
    return { number: request.number, stateRoot, words };
  }

  private async fromQueries({ number, keys }: ProofRequest): Promise<Map<Hex, ProvenWord> | undefined> {
    const words = new Map<Hex, ProvenWord>();
    try {
      for (let start = 0; start < keys.length; start += AT_ONCE) {
        const part = keys.slice(start, start + AT_ONCE);
        const proofs = await Promise.all(part.map((key) => this.chain.proof(key, number)));
        for (const [place, { value, proof }] of proofs.entries()) words.set(part[place]!, { value, proof });
      }
      return words;
    } catch (error) {
      if (error instanceof OutsideHistoryWindow) return undefined;
      throw error;
    }
  }

  private async fromReplay(request: ProofRequest): Promise<ProvenBlock> {
    const worker = new WorkerClient('proofs', new URL('./proof.worker.js', import.meta.url), this.place);
    try {
      return await worker.call<ProvenBlock>('prove', request);
    } finally {
      await worker.terminate();
    }
  }
}
