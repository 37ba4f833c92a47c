import { SimpleStateManager } from '@ethereumjs/statemanager';
import { Account, type Address, unpadBytes } from '@ethereumjs/util';
import { type L1Source, L1UnavailableError } from '@metachain/bridge';
import { bytesToHex, hexToBytes, type Hex, keccak256, numberToHex } from 'viem';

/**
 * L1's state after a block, read as far as somebody looks at it; what a call writes stays here. Every word is what as many endpoints answer alike
 * as must agree on a block. Reading throws L1UnavailableError.
 */
export class L1State extends SimpleStateManager {
  private readonly read = new Map<string, Promise<Uint8Array>>();

  constructor(
    private readonly source: Pick<L1Source, 'agreed'>,
    private readonly block: bigint,
  ) {
    super();
  }

  override async getAccount(address: Address): Promise<Account | undefined> {
    if (this.topAccountStack().has(address.toString())) return super.getAccount(address);
    const [nonce, balance, code] = await Promise.all([
      this.ask('eth_getTransactionCount', address),
      this.ask('eth_getBalance', address),
      this.ask('eth_getCode', address),
    ]);
    const codeHash = hexToBytes(keccak256(code));
    return new Account(numberOf(nonce), numberOf(balance), undefined, codeHash);
  }

  override async getCode(address: Address): Promise<Uint8Array> {
    if (this.topCodeStack().has(address.toString())) return super.getCode(address);
    return this.ask('eth_getCode', address);
  }

  override async getStorage(address: Address, key: Uint8Array): Promise<Uint8Array> {
    if (this.topStorageStack().has(`${address.toString()}_${bytesToHex(key)}`)) return super.getStorage(address, key);
    // The EVM takes words without their leading zeros.
    return unpadBytes(await this.ask('eth_getStorageAt', address, bytesToHex(key)));
  }

  /** The same question is asked once. */
  private ask(method: string, address: Address, ...place: readonly Hex[]): Promise<Uint8Array> {
    const params = [address.toString(), ...place, numberToHex(this.block)];
    const name = `${method} ${params.join(' ')}`;
    const answer = this.read.get(name) ?? this.agreed(method, params);
    this.read.set(name, answer);
    return answer;
  }

  private async agreed(method: string, params: readonly Hex[] | readonly string[]): Promise<Uint8Array> {
    const answer = await this.source.agreed(method, params, (value) => bytesToHex(evenBytes(value as Hex)));
    if (answer === undefined) throw new L1UnavailableError(method, 'too few L1 endpoints answer alike');
    return hexToBytes(answer);
  }
}

/** Quantities may have an odd number of digits. */
const evenBytes = (value: Hex): Uint8Array =>
  hexToBytes(value.length % 2 === 0 ? value : (`0x0${value.slice(2)}` as Hex));

const numberOf = (bytes: Uint8Array): bigint => (bytes.length === 0 ? 0n : BigInt(bytesToHex(bytes)));
