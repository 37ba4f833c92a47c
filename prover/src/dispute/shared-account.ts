import type { L1Account, L1Receipt, L1Request } from '@metachain/bridge';
import type { Address } from 'viem';

import type { ClaimGuard } from './claim-guard.js';
import type { SendLine } from './send-line.js';

/** The account of an agent, for who sends something else with it: nothing of that collides with what the agent sends. */
export class SharedAccount {
  constructor(
    private readonly account: L1Account,
    private readonly line: SendLine,
    /** To be asked before a bond is staked. */
    readonly guard: ClaimGuard,
  ) {}

  get address(): Address {
    return this.account.address;
  }

  /** To be read before L1 is, by who decides on a bond. */
  nonce(): Promise<number> {
    return this.account.nonce();
  }

  /**
   * Sends after what is on its way, and waits until it is on L1. What carries a bond goes only when nothing is on its way, at the nonce that was
   * read before, so that it is put down once. Fails as `SendLine.send` and `L1Account.transact` do.
   */
  async transact(request: L1Request & { readonly nonce: number }, signal: AbortSignal): Promise<L1Receipt> {
    const isBond = request.value > 0n;
    const { nonce, ...rest } = request;
    const sent = await this.line.send(request.what, isBond ? { ...rest, nonce } : rest, signal, isBond);
    return sent.receipt;
  }
}
