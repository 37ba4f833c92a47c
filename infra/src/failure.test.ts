import { describe, expect, it } from '@jest/globals';
import { HttpRequestError } from 'viem';
import { InfraError } from './errors.js';
import { failureText } from './failure.js';

const unforeseen = /This was not foreseen; METACHAIN_STACK=1/;

describe('what a command prints when it fails', () => {
  it('is one sentence for what was foreseen', () => {
    expect(failureText(new InfraError('portInUse', 'Port 8545.'), false)).toBe('A port is already in use. Port 8545.');
  });

  it('is the message of anything else, without its stack', () => {
    const text = failureText(new TypeError('no such thing'), false);
    expect(text).toMatch(/^TypeError: no such thing\n/);
    expect(text).toMatch(unforeseen);
    expect(text).not.toContain('    at ');
  });

  it('leaves out the bytes of a call that L1 refused', () => {
    const body = { method: 'eth_call', params: ['ab'.repeat(5_000)] };
    const error = new HttpRequestError({ body, details: 'fetch failed', url: 'http://127.0.0.1:1' });
    const text = failureText(error, false);
    expect(text).toMatch(/^HttpRequestError: HTTP request failed\. fetch failed\n/);
    expect(text.length).toBeLessThan(200);
  });

  it('is the stack when one asks for it, and takes what is no error', () => {
    expect(failureText(new InfraError('portInUse', ''), true)).toContain('    at ');
    expect(failureText('gone', true)).toBe('gone');
  });
});
