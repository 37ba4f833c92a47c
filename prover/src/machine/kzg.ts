import cKzg from 'c-kzg';

let loaded = false;

/** The KZG library with Ethereum's trusted set-up, loaded when first asked for: it takes two seconds. */
export function kzgLibrary(): typeof cKzg {
  if (!loaded) loadOnce();
  loaded = true;
  return cKzg;
}

/** The native library holds one set-up a process; another module may have loaded the same one. */
function loadOnce(): void {
  try {
    cKzg.loadTrustedSetup(0);
  } catch (error) {
    // Not `instanceof Error`: the library's errors come from the main realm, which a test's sandbox is not.
    if (!String(error).includes('already loaded')) throw error;
  }
}
