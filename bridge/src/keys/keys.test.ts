import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Keystore } from 'ox';
import { privateKeyToAddress } from 'viem/accounts';
import { loadAccount } from './keys.js';

const privateKey = `0x${'4c'.repeat(32)}` as const;

async function files(password: string): Promise<{ keystore: string; passwordFile: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'keys-'));
  const [key, options] = await Keystore.scryptAsync({ password: 'right', n: 1024 });
  const [keystore, passwordFile] = [join(directory, 'key.json'), join(directory, 'password')];
  writeFileSync(keystore, JSON.stringify(Keystore.encrypt(privateKey, key, options)));
  writeFileSync(passwordFile, `${password}\n`);
  return { keystore, passwordFile };
}

/** Test vector of the Web3 Secret Storage Definition (pbkdf2). */
const VECTOR = {
  crypto: {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: '6087dab2f9fdbbfaddc31a909735c1e6' },
    ciphertext: '5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46',
    kdf: 'pbkdf2',
    kdfparams: {
      c: 262144,
      dklen: 32,
      prf: 'hmac-sha256',
      salt: 'ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd',
    },
    mac: '517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2',
  },
  id: '3198bc9c-6672-5ab3-d995-4942343ae5b6',
  version: 3,
};

describe('keys', () => {
  it('opens a keystore with its password file', async () => {
    expect((await loadAccount('poster', await files('right'), false)).address).toBe(privateKeyToAddress(privateKey));
  });

  it('opens the published vector', async () => {
    const { keystore, passwordFile } = await files('testpassword');
    writeFileSync(keystore, JSON.stringify(VECTOR));
    const expected = privateKeyToAddress('0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d');
    expect((await loadAccount('poster', { keystore, passwordFile }, false)).address).toBe(expected);
  });

  it('says which file fails and never what is in it', async () => {
    const { keystore, passwordFile } = await files('wrong');
    const failure = await loadAccount('poster', { keystore, passwordFile }, false).catch(
      (error: Error) => error.message,
    );
    expect(failure).toContain(keystore);
    expect(failure).not.toContain('wrong\n');
    await expect(loadAccount('poster', { keystore: '/nowhere', passwordFile }, false)).rejects.toMatchObject({
      code: 501,
    });
  });

  it('takes plain keys on a devnet only', async () => {
    await expect(loadAccount('poster', { devnetKey: privateKey }, false)).rejects.toThrow('devnet');
    expect((await loadAccount('poster', { devnetKey: privateKey }, true)).address).toBe(
      privateKeyToAddress(privateKey),
    );
  });
});
