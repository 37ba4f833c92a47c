import { createGenesis, type InitialState, loadProgram, type ProgramModule } from '@metachain/program';
import type { Hex } from 'viem';

/** Program and first state of a chain, as every thread needs them. */
export interface Genesis {
  readonly chainId: number;
  readonly module: ProgramModule;
  readonly programHash: Hex;
  readonly state: InitialState;
  readonly stateRoot: Hex;
  /** Seconds. */
  readonly timestamp: bigint;
  /** Wei per gas. */
  readonly basePrice: bigint;
  /** Whose signature makes a block. */
  readonly producer: Hex;
}

/** Makes genesis from the text of the chain configuration. Fails: SyntaxError, GenesisError, EngineError. */
export function loadGenesis(text: string): Genesis {
  const { config, stateRoot, head, contents } = createGenesis(JSON.parse(text));
  const { module, wasmHash } = loadProgram();
  const { chainId, timestamp, fees, producer } = config;
  return {
    chainId,
    module,
    programHash: wasmHash,
    state: { head, contents },
    stateRoot,
    timestamp,
    basePrice: fees.basePrice,
    producer,
  };
}
