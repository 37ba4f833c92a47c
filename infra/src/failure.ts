import { KeyError } from '@metachain/bridge';
import { ContractsError } from '@metachain/contracts';
import { BaseError } from 'viem';
import { InfraError } from './errors.js';

/**
 * What a command prints when it fails: a sentence for what was foreseen, and for what was not the message and how to see where it comes
 * from. METACHAIN_STACK=1 shows stacks.
 */
export function failureText(error: unknown, withStack = process.env['METACHAIN_STACK'] === '1'): string {
  if (!(error instanceof Error)) return String(error);
  if (withStack) return error.stack ?? error.message;
  if (error instanceof InfraError || error instanceof KeyError || error instanceof ContractsError) return error.message;
  // viem's whole message repeats the call with all its bytes.
  const message = error instanceof BaseError ? [error.shortMessage, error.details].join(' ').trim() : error.message;
  return `${error.name}: ${message}\nThis was not foreseen; METACHAIN_STACK=1 in the environment shows where it comes from.`;
}
