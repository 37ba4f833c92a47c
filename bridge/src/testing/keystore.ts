import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Keystore } from 'ox';
import type { Hex } from 'viem';

const PASSWORD = 'of a user in a test';
/** Cheap, so that a test that opens it in several processes does not wait. */
const SCRYPT_COST = 1_024;

/** Writes a keystore v3 and its password file into a directory, and returns their paths. */
export async function writeKeystore(
  directory: string,
  privateKey: Hex,
): Promise<{ readonly keystore: string; readonly passwordFile: string }> {
  const [keystore, passwordFile] = [join(directory, 'me.json'), join(directory, 'pass.txt')];
  const [key, options] = await Keystore.scryptAsync({ password: PASSWORD, n: SCRYPT_COST });
  await writeFile(keystore, JSON.stringify(Keystore.encrypt(privateKey, key, options)));
  await writeFile(passwordFile, `${PASSWORD}\n`);
  return { keystore, passwordFile };
}
