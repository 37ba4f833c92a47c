import { L1UnavailableError } from '@metachain/bridge';
import { oneStepProverAbi } from '@metachain/contracts';
import { bytesToHex, type Address, type Hex, keccak256, numberToHex, zeroAddress } from 'viem';

import { TraceMismatchError } from '../errors.js';
import { readContract } from '../l1/read-contract.js';
import type { ProgramDescription } from '../machine/lowering/program.js';
import { codeHash, creationCall, registrationCall } from '../machine/program-calls.js';
import type { GameReader, GameRules } from './game-reader.js';

/** A call that L1 needs before it can judge the program. */
export interface MissingCall {
  readonly what: string;
  readonly to: Address;
  readonly data: Hex;
}

/** The program's code where the games' judge reads it. A bond is only worth staking while L1 has all of it. */
export class ProgramOnL1 {
  constructor(
    private readonly reader: Pick<GameReader, 'source' | 'head'> & { readonly rules: Pick<GameRules, 'prover'> },
    private readonly program: ProgramDescription,
  ) {}

  /**
   * The next call on the way to a program that L1 can judge, as L1 is at the reader's head; undefined when nothing is missing. Everything
   * that is there is compared byte by byte, so that a judge with other code, or an endpoint that lies about it, costs no bond.
   * @throws TraceMismatchError L1 has other code than this program's
   * @throws L1UnavailableError, MissingContractError
   */
  async missing(): Promise<MissingCall | undefined> {
    const { program } = this;
    const { source, head, rules } = this.reader;
    const to = rules.prover;
    const [registered, made] = await Promise.all([
      readContract(source, to, oneStepProverAbi, 'isRegistered', [bytesToHex(program.hash)], head.number),
      Promise.all(program.contracts.map((code) => this.isMade(code))),
    ]);
    const first = made.indexOf(false);
    if (registered && first >= 0) throw new TraceMismatchError(`the judge ${to} knows the program and not its code`);
    if (registered) return undefined;
    if (first < 0) return { what: 'registerProgram', to, data: registrationCall(program) };
    const what = `createDataContract ${first + 1} of ${made.length}`;
    return { what, to, data: creationCall(program.contracts[first]!) };
  }

  private async isMade(code: Uint8Array): Promise<boolean> {
    const { source, head, rules } = this.reader;
    const expected = codeHash(code);
    const args = [expected] as const;
    const address = await readContract(source, rules.prover, oneStepProverAbi, 'dataContractOf', args, head.number);
    if (address === zeroAddress) return false;
    const params = [address, numberToHex(head.number)];
    const found = await source.agreed('eth_getCode', params, (answer) => answer as Hex);
    if (found === undefined) throw new L1UnavailableError('eth_getCode', 'too few L1 endpoints answer alike');
    if (keccak256(found) !== expected) throw new TraceMismatchError(`data contract ${address} has other code on L1`);
    return true;
  }
}
