/** Most gas on L1 that a withdrawal may ask for unless its payer was told otherwise: the tools of users ask for less than 700,000. */
export const USUAL_WITHDRAWAL_GAS = 1_000_000n;

/** Gas of a finalisation beside what its withdrawal was promised: its calldata, the portal's own work, and what the portal keeps for it. */
const FINALISATION_OVERHEAD = 350_000n;

/**
 * Most gas with which a withdrawal that asks for at most `promised` is finalised. What it calls gets all that is left, so without a limit it
 * could burn as much as fits in a transaction, however little it asked for.
 */
export const finalisationGas = (promised: bigint): bigint => (promised * 64n) / 63n + FINALISATION_OVERHEAD;
