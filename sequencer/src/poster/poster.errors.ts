import { type Address, formatEther } from 'viem';
import { SequencerError } from '../errors/sequencer.errors.js';

/** The poster's account cannot pay for a batch: blocks wait until somebody sends it ether. */
export class PosterFundsError extends SequencerError {
  constructor(account: Address, balanceWei: bigint, neededWei: bigint) {
    const [balance, needed] = [formatEther(balanceWei), formatEther(neededWei)];
    super(
      402,
      `the poster ${account} holds ${balance} ether on L1, the next batch takes at least ${needed}: send it ether`,
    );
  }
}
