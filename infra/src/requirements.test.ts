import { describe, expect, it } from '@jest/globals';

interface Machine {
  readonly nodeVersion: string;
  readonly exists: (path: string) => boolean;
  readonly hasCompiler: () => boolean;
}

const path = new URL('../scripts/requirements.mjs', import.meta.url).href;
const { missingRequirements } = (await import(path)) as { missingRequirements: (machine?: Machine) => string[] };
const complete: Machine = { nodeVersion: '20.19.0', exists: () => true, hasCompiler: () => true };

describe('what every command asks of the machine', () => {
  it('is content with this one', () => {
    expect(missingRequirements()).toEqual([]);
    expect(missingRequirements(complete)).toEqual([]);
  });

  it('names the Node.js that is too old', () => {
    expect(missingRequirements({ ...complete, nodeVersion: '20.18.3' })).toEqual([
      'Node.js 20.19 or newer is needed; this is 20.18.3.',
    ]);
  });

  it('sends a fresh clone to npm install', () => {
    expect(missingRequirements({ ...complete, exists: () => false })).toEqual([
      'Dependencies are not installed: run "npm install" first.',
    ]);
  });

  it('says how to get a compiler where a native part could not be built, and how to build it where there is one', () => {
    const exists = (file: string) => file !== 'node_modules/c-kzg/build';
    const [missing] = missingRequirements({ ...complete, exists, hasCompiler: () => false });
    expect(missing).toContain('No C++ compiler was found');
    expect(missing).toContain('apt install build-essential');
    expect(missingRequirements({ ...complete, exists })).toEqual([
      'The native parts of sqlite3 or c-kzg are not built: run "npm rebuild sqlite3 c-kzg".',
    ]);
  });
});
