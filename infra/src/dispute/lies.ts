import { wrapped } from './text.js';

/** What a liar can claim in the demonstration. Each differs from the rules in one step of the machine, and in all that follows from it. */
export const lieKinds = [
  'stolen-swap-output',
  'forged-signature',
  'deposit-skipped',
  'wrong-withdrawal-root',
  'wrong-reserve',
  'missing-trap',
] as const;

export type LieKind = (typeof lieKinds)[number];

/** What is shown about a lie. */
export interface LieText {
  /** The claim, as the liar would put it. */
  readonly claim: string;
  /** The one step at which the liar's machine leaves the rules. */
  readonly step: string;
  /** What else one has to know to understand it. */
  readonly note?: string;
}

export const lies: Readonly<Record<LieKind, LieText>> = {
  'stolen-swap-output': {
    claim: "a swap's output went to the thief, who withdrew it",
    step: "state_set writes the thief's balance instead of the swapper's",
  },
  'forged-signature': {
    claim: "the thief's withdrawal was signed by the victim",
    step: "ecrecover answers the victim's address for the thief's signature",
  },
  'deposit-skipped': {
    claim: 'a deposit carried no money',
    step: "read_input answers zero for the message's mint",
  },
  'wrong-withdrawal-root': {
    claim: 'the message passer holds another withdrawal than the one that was sent',
    step: "state_set stores the hash of the thief's withdrawal",
  },
  'wrong-reserve': {
    claim: 'a pool holds next to none of one token, so the thief bought the other for nothing',
    step: 'state_set writes another reserve after a swap',
  },
  'missing-trap': {
    claim: 'a block that its producer did not sign was executed',
    step: 'the jump that stops the unit on the refused block is not taken',
    note: 'no block can make the rules trap; this is the nearest: a block that they refuse and stop at, executed as if nothing had stopped it',
  },
};

export const isLieKind = (text: string): text is LieKind => (lieKinds as readonly string[]).includes(text);

/** Text of `--help` about each lie. */
export const lieHelp = (): string =>
  lieKinds
    .map((kind) => {
      const { claim, step, note } = lies[kind];
      const parts = [`claim: ${claim}`, `step: ${step}`, ...(note === undefined ? [] : [`note: ${note}`])];
      return [`  ${kind}`, ...parts.map((part) => wrapped(part, 6))].join('\n');
    })
    .join('\n');
