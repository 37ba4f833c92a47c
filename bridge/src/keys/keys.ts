import { readFileSync } from 'node:fs';
import { Keystore } from 'ox';
import { privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts';
import { z } from 'zod';
import { BridgeError } from '../errors.js';

/** A key that cannot be used: file missing, wrong password, or a plain key outside a devnet. Never holds key material. */
export class KeyError extends BridgeError {
  constructor(role: string, reason: string) {
    super(501, `key of the ${role}: ${reason}`);
  }
}

/** How a role's key is given. */
export interface KeySource {
  readonly keystore?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly devnetKey?: string | undefined;
}

const MAX_FILE_BYTES = 65_536;
const hexKey = z.string().regex(/^0x[0-9a-f]{64}$/i);

/** Loads the account of a role. Throws KeyError. Takes about a second for the default scrypt cost of a keystore. */
export async function loadAccount(role: string, source: KeySource, devnet: boolean): Promise<PrivateKeyAccount> {
  if (source.devnetKey !== undefined) {
    if (!devnet) throw new KeyError(role, 'plain keys are only for a devnet; use a keystore and a password file');
    return toAccount(role, source.devnetKey);
  }
  if (source.keystore === undefined || source.passwordFile === undefined) {
    throw new KeyError(role, 'neither keystore with password file nor devnet key is configured');
  }
  return toAccount(role, await decrypt(role, source.keystore, source.passwordFile));
}

async function decrypt(role: string, keystorePath: string, passwordFile: string): Promise<string> {
  const password = read(role, passwordFile).split(/\r?\n/)[0]!;
  try {
    const keystore = JSON.parse(read(role, keystorePath)) as Keystore.Keystore;
    return Keystore.decrypt(keystore, await Keystore.toKeyAsync(keystore, { password }));
  } catch (error) {
    if (error instanceof KeyError) throw error;
    throw new KeyError(role, `${keystorePath} cannot be opened with the password of ${passwordFile}`);
  }
}

function read(role: string, path: string): string {
  try {
    const bytes = readFileSync(path);
    if (bytes.length > MAX_FILE_BYTES) throw new KeyError(role, `${path} is larger than ${MAX_FILE_BYTES} bytes`);
    return bytes.toString('utf8');
  } catch (error) {
    if (error instanceof KeyError) throw error;
    throw new KeyError(role, `${path} cannot be read`);
  }
}

function toAccount(role: string, key: string): PrivateKeyAccount {
  const parsed = hexKey.safeParse(key);
  if (!parsed.success) throw new KeyError(role, 'not a private key');
  return privateKeyToAccount(parsed.data as `0x${string}`);
}
